import { describe, expect, test } from '@jest/globals';
import { isCommandLine, readCommandLine } from '../../src/units/command-line.js';

const read = (value: string) => readCommandLine(value, (path) => path);

describe('a command line', () => {
  test.each([
    ['/bin/x', 1],
    ['x', 1],
    ['/bin/x a "b c" \'d\'', 1],
    ['-/bin/x', 1],
    ['@/bin/x name', 1],
    ['+/bin/x', 1],
    ['!/bin/x', 1],
    ['!!/bin/x', 1],
    ['-@:!!/bin/x name', 1],
    ['/bin/a ; /bin/b', 2],
    ['/bin/a \\; /bin/b', 1],
    ['/bin/a ";" /bin/b', 1],
    ['/bin/a;/bin/b', 1],
    ['; /bin/a ;', 1],
    [';', 0],
    ['"/bin/with space" a', 1],
    ['/bin/a\\x20b', 1],
    ['/bin/x a\\', 1],
  ])('%s holds %i', (value, commands) => {
    expect(read(value)).toEqual({ commands });
  });

  test.each([
    ['bin/x', 'neither a name nor an absolute path'],
    ['./x', 'neither a name nor an absolute path'],
    ['..', 'neither a name nor an absolute path'],
    [`/bin/${'x'.repeat(256)}`, 'neither a name nor an absolute path'],
    ['/bin/', 'a directory'],
    ['+', 'no executable'],
    ['@', 'no executable'],
    ['@/bin/x', '"@" needs a name after the executable'],
    ['/bin/a\\qb', 'special characters'],
    ['/bin/a\\nb', 'special characters'],
    ['/bin/x "a', 'quotes are not balanced'],
    ['++/bin/x', 'neither a name nor an absolute path'],
    ['+!/bin/x', 'neither a name nor an absolute path'],
  ])('%s ends the file, and with "-" only itself', (value, why) => {
    const { commands, broken } = read(value);
    expect({ commands, how: broken?.how }).toEqual({ commands: 0, how: 'fatal' });
    expect(broken?.why).toContain(why);
    expect(read(`-${value}`).broken?.how).toBe('ignored');
  });

  test('what stands before a broken one counts', () => {
    expect(read('/bin/a ; bin/b')).toMatchObject({ commands: 1, broken: { how: 'fatal' } });
  });

  test('unbalanced quotes in the executable are ignored', () => {
    expect(read('"/bin/x')).toMatchObject({ commands: 0, broken: { how: 'ignored' } });
  });

  test('specifiers are expanded before the executable is judged', () => {
    expect(readCommandLine('%i', () => '').broken?.why).toContain('no executable');
    expect(readCommandLine('%i', () => '/bin/x')).toEqual({ commands: 1 });
  });
});

test.each([
  ['Service', 'ExecStart', true],
  ['Service', 'ExecCondition', true],
  ['Service', 'ExecReload', true],
  ['Socket', 'ExecStopPre', true],
  ['Service', 'ExecPaths', false],
  ['Service', 'ExecSearchPath', false],
  ['Mount', 'ExecStart', false],
])('[%s] %s= holds command lines: %p', (section, key, expected) => {
  expect(isCommandLine(section, key)).toBe(expected);
});
