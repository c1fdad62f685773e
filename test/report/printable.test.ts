import { describe, expect, test } from '@jest/globals';
import { UnitPatchError } from '../../src/errors.js';
import { paintPatch } from '../../src/report/color.js';
import { errorText } from '../../src/report/plan-text.js';
import { printable, printableLines } from '../../src/report/printable.js';

describe('sequences that a terminal would obey are shown, not sent:', () => {
  test.each([
    ['an escape sequence', '\x1b[31mred', '\\x1b[31mred'],
    ['a line end, which would forge a line', 'a\nb\r', 'a\\nb\\r'],
    ['a tab', 'a\tb', 'a\\tb'],
    ['NUL, DEL and C1', '\0\x7f\x9b', '\\x00\\x7f\\x9b'],
    ['a turn of the direction of writing', 'a\u202eb', 'a\\u202eb'],
    ['a byte that is no UTF-8', 'a\udcffb', 'a\\xffb'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
  ])('%s', (_, raw, shown) => {
    expect(printable(raw)).toBe(shown);
  });

  test('in every text of an object', () => {
    expect(printable({ a: ['\x1b', { b: '\n' }], n: 1, none: null })).toEqual({
      a: ['\\x1b', { b: '\\n' }],
      n: 1,
      none: null,
    });
  });

  test('while letters of all scripts stay', () => {
    expect(printable('Grüße 中文 \u{1f480} a\\b')).toBe('Grüße 中文 \u{1f480} a\\b');
  });

  test('line by line, if lines are meant', () => {
    expect(printableLines('a\n\x1bb')).toBe('a\n\\x1bb');
  });
});

test('an error is one line with one hint, whatever the name in it; what yargs says keeps its lines', () => {
  const error = (code: string): UnitPatchError => new UnitPatchError(code, 'a\n\x1b', 2, 'h\nint');
  expect(errorText(error('bad-root'), false)).toBe('unit-patch: a\\n\\x1b\n  h\\nint\n');
  expect(errorText(error('usage'), false)).toBe('unit-patch: a\n\\x1b\n  h\\nint\n');
});

test('a patch with colours is for a terminal; without them it is left as it is, to be applied', () => {
  const patch = '+a\x1b[2J\tb\r\n';
  expect(paintPatch(patch, false)).toBe(patch);
  expect(paintPatch(patch, true)).toContain('+a\\x1b[2J\tb\\r');
});
