import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { paint } from '../../src/report/color.js';
import { CLEAR_LINE, forTerminal } from '../../src/report/printable.js';

/** What a terminal obeys or draws in another order: C0 but line ends and tabs, DEL, C1, bidi, separators, lone surrogates. */
const OBEYED =
  // eslint-disable-next-line no-control-regex
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u;

describe('the last step before a terminal', () => {
  test.each([
    ['a title', '\x1b]0;owned\x07', '\\x1b]0;owned\\x07'],
    ['a clear screen', '\x1b[2J', '\\x1b[2J'],
    ['an 8-bit CSI', '\x9b31m', '\\x9b31m'],
    ['a link', '\x1b]8;;http://x\x1b\\', '\\x1b]8;;http://x\\x1b\\'],
    ['a colour that is none of ours', '\x1b[41m', '\\x1b[41m'],
    ['two in one', '\x1b[31;5m', '\\x1b[31;5m'],
    ['a carriage return', 'sure?\rno', 'sure?\\rno'],
    ['a backspace', 'no\b\bok', 'no\\x08\\x08ok'],
    ['a turn of the direction of writing', 'a\u202eb\u2066c', 'a\\u202eb\\u2066c'],
    ['a line separator', 'a\u2028b', 'a\\u2028b'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['NUL', '\0', '\\x00'],
  ])('shows %s, and does not send it', (_, raw, shown) => {
    expect(forTerminal(raw)).toBe(shown);
  });

  test.each(['bold', 'dim', 'red', 'green', 'yellow', 'cyan'] as const)('lets our own %s pass', (style) => {
    expect(forTerminal(paint(style, 'x', true))).toBe(paint(style, 'x', true));
  });

  test('lets line ends, tabs, letters of all scripts and our cleared line pass', () => {
    const text = `${CLEAR_LINE}Grüße\t中文 \u{1f480}\n`;
    expect(forTerminal(text)).toBe(text);
  });

  test('whatever the text, nothing but ours is left of what a terminal obeys', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom('\x1b', '[31m', '\r', '\x1b[K', '\x9b', '\ud800', CLEAR_LINE, '\x1b[39m'),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const shown = forTerminal(pieces.join(''));
        // eslint-disable-next-line no-control-regex
        expect(shown.replace(/\x1b\[(?:1|2|22|3[1236]|39)m|\r\x1b\[K/g, '')).not.toMatch(OBEYED);
      }),
    );
  });
});
