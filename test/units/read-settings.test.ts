import { describe, expect, test } from '@jest/globals';
import { rootPath } from '../../src/files/files.js';
import { readSettings } from '../../src/units/read-settings.js';

const path = rootPath('/x.service');
const read = (text: string) => readSettings(Buffer.from(text), path, 'service', 'x.service');

describe('a file is read', () => {
  test('to its end', () => {
    const { settings, problems, state } = read('[Service]\nExecStart=/bin/a\nUser=b\n');
    expect(settings.map(({ key }) => key)).toEqual(['ExecStart', 'User']);
    expect({ problems, state }).toEqual({ problems: [], state: 'loaded' });
  });

  test('up to a command line that cannot be used', () => {
    const { settings, problems, state } = read('[Service]\nExecStart=/bin/a\nExecStartPre=bin/b\nUser=c\n');
    expect(settings.map(({ key }) => key)).toEqual(['ExecStart']);
    expect(problems).toMatchObject([{ code: 'bad-command', line: 3 }]);
    expect(problems[0]?.text).toContain('systemd drops the rest of this file');
    expect(state).toBe('bad-setting');
  });

  test('past one that "-" lets fail', () => {
    const { settings, problems, state } = read('[Service]\nExecStart=-bin/a\nUser=c\n');
    expect(settings.map(({ key }) => key)).toEqual(['User']);
    expect(problems).toMatchObject([{ code: 'bad-command', line: 2 }]);
    expect(state).toBe('loaded');
  });

  test('up to a broken header', () => {
    expect(read('[Service]\nUser=a\n[Unit\nAfter=b.service\n')).toMatchObject({
      state: 'error',
      settings: [{ key: 'User' }],
    });
  });

  test('an empty command line resets, and is not broken', () => {
    expect(read('[Service]\nExecStart=\n').settings).toMatchObject([{ key: 'ExecStart', value: '' }]);
  });
});
