import { describe, expect, test } from '@jest/globals';
import { rootPath } from '../../src/files/files.js';
import { parseUnit } from '../../src/syntax/parse.js';
import type { UnitType } from '../../src/units/name.js';
import { dependencyWords, settingsOfFile } from '../../src/units/read-settings.js';

const file = rootPath('/etc/systemd/system/u.service');

const read = (text: string, type: UnitType = 'service'): ReturnType<typeof settingsOfFile> =>
  settingsOfFile(parseUnit(Buffer.from(text)), file, type);

const settings = (text: string, type?: UnitType): string[] =>
  read(text, type).settings.map(({ section, key, value, line }) => `${line}: ${section}.${key}=${value}`);

const problems = (text: string, type?: UnitType): string[] =>
  read(text, type).problems.map(({ line, code }) => `${line}: ${code}`);

test('a setting knows its file and line', () => {
  expect(read('[Unit]\nAfter=a.service\n').settings).toEqual([
    { section: 'Unit', key: 'After', value: 'a.service', file, line: 2 },
  ]);
});

describe('the sections that count are', () => {
  test.each<[UnitType, string, string]>([
    ['service', 'Service', 'ExecStart=/x'],
    ['socket', 'Socket', 'ListenStream=1'],
    ['timer', 'Timer', 'OnBootSec=1'],
    ['mount', 'Mount', 'What=/x'],
    ['path', 'Path', 'PathExists=/x'],
    ['swap', 'Swap', 'What=/x'],
    ['automount', 'Automount', 'Where=/x'],
    ['slice', 'Slice', 'CPUWeight=1'],
  ])('[Unit], [Install] and, for a %s, [%s]', (type, section, line) => {
    const text = `[Unit]\nAfter=a\n[${section}]\n${line}\n[Install]\nWantedBy=b\n`;
    expect(settings(text, type)).toEqual([
      '2: Unit.After=a',
      `4: ${section}.${line}`,
      '6: Install.WantedBy=b',
    ]);
    expect(problems(text, type)).toEqual([]);
  });

  test("not another type's: [Socket] of a service is ignored, with a problem", () => {
    const text = '[Socket]\nListenStream=1\nListenStream=2\n';
    expect(settings(text)).toEqual([]);
    expect(problems(text)).toEqual(['1: unknown-section']);
  });

  test.each(['unit', ' Unit', 'Unit ', '', '[Unit', 'Units'])(
    'not [%s]: ignored, with a problem',
    (section) => {
      const text = `[${section}]\nAfter=a\n`;
      expect(settings(text)).toEqual([]);
      expect(problems(text)).toEqual(['1: unknown-section']);
    },
  );

  test('not [X-…], which is ignored silently', () => {
    const text = '[X-Notes]\nAfter=a\nanything=b\n';
    expect(settings(text)).toEqual([]);
    expect(problems(text)).toEqual([]);
  });
});

test('a section may come back, after an unknown one too', () => {
  expect(settings('[Unit]\nAfter=a\n[Odd]\nAfter=b\n[Unit]\nAfter=c\n')).toEqual([
    '2: Unit.After=a',
    '6: Unit.After=c',
  ]);
});

describe('a line that systemd ignores is a problem:', () => {
  test('a setting before any section', () => {
    expect(settings('After=a\n')).toEqual([]);
    expect(problems('After=a\n')).toEqual(['1: no-section']);
  });

  test('a setting that nobody knows', () => {
    expect(settings('[Unit]\nAfterwards=a\n')).toEqual([]);
    expect(problems('[Unit]\nAfterwards=a\n')).toEqual(['2: unknown-setting']);
  });

  test('a setting in other letters', () => {
    expect(problems('[Unit]\nafter=a\n')).toEqual(['2: unknown-setting']);
  });

  test('a setting in the wrong section, with the right one', () => {
    const text = '[Service]\nRequires=fw.service\n';
    expect(settings(text)).toEqual([]);
    expect(read(text).problems).toEqual([
      { code: 'wrong-section', file, line: 2, text: expect.stringContaining('[Unit]') },
    ]);
  });

  test('a line without "="', () => {
    expect(problems('[Unit]\nAfter a\n')).toEqual(['2: no-assignment']);
  });

  test('a break, with what it does to the rest of the file', () => {
    const text = '[Unit]\nAfter=a\n[Service\nExecStart=/x\n';
    expect(settings(text)).toEqual(['2: Unit.After=a']);
    expect(read(text).problems).toEqual([
      { code: 'bad-header', file, line: 3, text: expect.stringContaining('drops the rest') },
    ]);
  });

  test('but not X-…= settings', () => {
    expect(settings('[Unit]\nX-Note=a\n')).toEqual([]);
    expect(problems('[Unit]\nX-Note=a\n')).toEqual([]);
  });

  test('in the order of the lines', () => {
    expect(problems('a=1\n[Odd]\n[Unit]\nb=1\nnothing\nc=1\n')).toEqual([
      '1: no-section',
      '2: unknown-section',
      '4: unknown-setting',
      '5: no-assignment',
      '6: unknown-setting',
    ]);
  });
});

test('a line that a lone CR hides is a setting, and a problem', () => {
  const text = '[Unit]\nDescription=x\rRequires=fw.service\n';
  expect(settings(text)).toEqual(['2: Unit.Description=x', '3: Unit.Requires=fw.service']);
  expect(problems(text)).toEqual(['3: hidden-line']);
});

test('dependencyWords() gives the words of a dependency, and none of any other setting', () => {
  const at = { file, line: 1, value: 'a.service  b.service' };
  expect(dependencyWords({ ...at, section: 'Unit', key: 'After' })).toEqual(['a.service', 'b.service']);
  expect(dependencyWords({ ...at, section: 'Unit', key: 'Documentation' })).toEqual([]);
  expect(dependencyWords({ ...at, section: 'Install', key: 'After' })).toEqual([]);
});
