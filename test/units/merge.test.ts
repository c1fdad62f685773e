import { describe, expect, test } from '@jest/globals';
import { rootPath } from '../../src/files/files.js';
import { inForce } from '../../src/units/settings.js';

/** What is in force of settings written as `Section.Key=value`, in the same spelling. */
function merged(...written: string[]): string[] {
  const settings = written.map((text, index) => {
    const [, section = '', key = '', value = ''] = /^(\w+)\.(\w+)=(.*)$/.exec(text) ?? [];
    return { section, key, value, file: rootPath('/f'), line: index + 1 };
  });
  return inForce(settings).map(({ section, key, value }) => `${section}.${key}=${value}`);
}

describe('a setting that is not a list', () => {
  test('is replaced by the next one', () => {
    expect(merged('Service.Type=simple', 'Service.User=a', 'Service.Type=notify')).toEqual([
      'Service.User=a',
      'Service.Type=notify',
    ]);
  });

  test('is gone after an empty assignment: Description= brings back the default', () => {
    expect(merged('Unit.Description=x', 'Unit.Description=')).toEqual([]);
  });

  test('is not touched by the same key in another section', () => {
    expect(merged('Service.StartLimitBurst=1', 'Unit.StartLimitBurst=2')).toEqual([
      'Service.StartLimitBurst=1',
      'Unit.StartLimitBurst=2',
    ]);
  });
});

describe('a list', () => {
  test('adds up', () => {
    expect(merged('Service.ExecStart=/a', 'Service.ExecStart=/b')).toEqual([
      'Service.ExecStart=/a',
      'Service.ExecStart=/b',
    ]);
  });

  test.each(['ExecStart', 'ExecStartPre', 'Environment', 'EnvironmentFile', 'ReadWritePaths', 'DeviceAllow'])(
    '%s= is reset by an empty assignment; what follows counts again',
    (key) => {
      expect(
        merged(`Service.${key}=/a`, `Service.${key}=/b`, `Service.${key}=`, `Service.${key}=/c`),
      ).toEqual([`Service.${key}=/c`]);
    },
  );

  test('is not reset by an empty assignment of another list', () => {
    expect(merged('Service.ExecStart=/a', 'Service.ExecStartPre=')).toEqual(['Service.ExecStart=/a']);
  });

  test('may be assigned the same twice', () => {
    expect(merged('Service.ExecStart=/a', 'Service.ExecStart=/a')).toHaveLength(2);
  });
});

describe('an empty assignment of one key resets its whole family:', () => {
  test.each([
    ['conditions', 'Unit.ConditionPathExists=/a', 'Unit.ConditionHost='],
    ['asserts', 'Unit.AssertPathExists=/a', 'Unit.AssertHost='],
    ['what a socket listens on', 'Socket.ListenStream=1', 'Socket.ListenFIFO='],
    ['the times of a timer', 'Timer.OnCalendar=daily', 'Timer.OnBootSec='],
    ['the paths of a path unit', 'Path.PathExists=/a', 'Path.DirectoryNotEmpty='],
  ])('%s', (_, setting, reset) => {
    expect(merged(setting, reset)).toEqual([]);
  });

  test.each([
    ['conditions, but no asserts', 'Unit.AssertPathExists=/a', 'Unit.ConditionPathExists='],
    ['asserts, but no conditions', 'Unit.ConditionPathExists=/a', 'Unit.AssertPathExists='],
    ['times, but not OnClockChange=', 'Timer.OnClockChange=yes', 'Timer.OnCalendar='],
    ['times, but not OnFailure=', 'Unit.OnFailure=a.service', 'Timer.OnCalendar='],
    ['paths, but not MakeDirectory=', 'Path.MakeDirectory=yes', 'Path.PathExists='],
  ])('%s', (_, setting, reset) => {
    expect(merged(setting, reset)).toEqual([setting]);
  });

  test('settings of a family add up otherwise', () => {
    expect(merged('Timer.OnBootSec=1', 'Timer.OnCalendar=daily', 'Timer.OnBootSec=2')).toHaveLength(3);
  });
});

describe('dependencies', () => {
  test.each([
    'Requires',
    'Wants',
    'After',
    'Before',
    'BindsTo',
    'PartOf',
    'Conflicts',
    'OnFailure',
    'BindTo',
  ])('%s= is never reset nor replaced', (key) => {
    expect(merged(`Unit.${key}=a.service`, `Unit.${key}=`, `Unit.${key}=b.service`)).toEqual([
      `Unit.${key}=a.service`,
      `Unit.${key}=b.service`,
    ]);
  });
});

test('what is in force stays in the order in which systemd met it, with its place', () => {
  const file = rootPath('/f');
  const settings = [
    { section: 'Unit', key: 'After', value: 'b.service', file, line: 2 },
    { section: 'Unit', key: 'Description', value: 'x', file, line: 3 },
    { section: 'Unit', key: 'After', value: 'a.service', file, line: 4 },
  ];
  expect(inForce(settings)).toEqual(settings);
});
