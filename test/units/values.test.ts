import { describe, expect, test } from '@jest/globals';
import { isTriggerValue } from '../../src/units/values.js';

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
