import { describe, expect, test } from '@jest/globals';
import { isTriggerValue, parseBoolean } from '../../src/units/values.js';

const values: [key: string, good: string[], bad: string[]][] = [
  [
    'ListenStream',
    ['/run/x', '@x', '80', '127.0.0.1:80', '[::1]:80', 'vsock:2:1'],
    ['\\', 'no address', '0', '65536', 'x:80'],
  ],
  ['ListenFIFO', ['/run/x'], ['x']],
  [
    'OnCalendar',
    ['daily', 'Mon..Fri *-*-* 10:00', '*:0/15', '2026-01-01', '*-*-01 00:00 UTC', '@1'],
    ['never ever', 'x'],
  ],
  ['OnBootSec', ['5min', '1h 30min', '5', 'infinity', '1.5h'], ['x', '1 foo', '-1']],
  ['PathExists', ['/x'], ['x', 'relative/x']],
  ['DirectoryNotEmpty', ['/x'], ['x']],
];

describe.each(values)('%s=', (key, good, bad) => {
  test.each(good)('%s counts', (value) => {
    expect(isTriggerValue(key, value)).toBe(true);
  });
  test.each(bad)('%s does not', (value) => {
    expect(isTriggerValue(key, value)).toBe(false);
  });
  test('the value of a specifier is not judged', () => {
    expect(isTriggerValue(key, '%t')).toBe(true);
  });
});

test('other settings always count', () => {
  expect(isTriggerValue('Description', '')).toBe(true);
});

describe('a boolean is read as by parse_boolean()', () => {
  const read = (words: string): (boolean | undefined)[] => words.split(' ').map(parseBoolean);

  test.each([
    ['1 yes y true t on', true],
    ['0 no n false f off', false],
  ])('%s, in any case', (words, expected) => {
    expect(new Set([...read(words), ...read(words.toUpperCase())])).toEqual(new Set([expected]));
  });

  test.each(['', ' yes', 'yes\n', 'yess', 'o', '2', '01', 'null', undefined])('%j is none', (value) => {
    expect(parseBoolean(value)).toBeUndefined();
  });
});
