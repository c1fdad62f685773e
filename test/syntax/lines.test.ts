import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { linesOf } from './lines.js';

const texts = (bytes: string): string[] => linesOf(bytes).map(({ text }) => text);

describe('a line ends at', () => {
  test.each([
    ['LF', '\n'],
    ['a lone CR', '\r'],
    ['a NUL', '\0'],
    ['CR LF, as one end', '\r\n'],
    ['LF CR, as one end', '\n\r'],
    ['LF NUL, as one end', '\n\0'],
    ['CR NUL, as one end', '\r\0'],
    ['CR LF NUL, as one end', '\r\n\0'],
    ['LF CR NUL, as one end', '\n\r\0'],
  ])('%s', (_, eol) => {
    expect(linesOf(`a${eol}b`)).toEqual([
      { text: 'a', eol },
      { text: 'b', eol: '' },
    ]);
  });
});

describe('a run of line endings is cut', () => {
  test.each([
    ['where LF repeats', '\n\n', ['\n', '\n']],
    ['where CR repeats', '\r\r', ['\r', '\r']],
    ['where NUL repeats', '\0\0', ['\0', '\0']],
    ['between two CR LF', '\r\n\r\n', ['\r\n', '\r\n']],
    ['before the second CR of CR LF CR', '\r\n\r', ['\r\n', '\r']],
    ['before the second LF of LF CR LF', '\n\r\n', ['\n\r', '\n']],
    ['after a NUL, whatever follows', '\0\n', ['\0', '\n']],
    ['after the NUL of LF NUL CR', '\n\0\r', ['\n\0', '\r']],
  ])('%s', (_, bytes, ends) => {
    expect(linesOf(bytes).map(({ eol }) => eol)).toEqual(ends);
  });
});

test('an empty file has no lines', () => {
  expect(texts('')).toEqual([]);
});

test('the last line needs no ending', () => {
  expect(texts('a\nb')).toEqual(['a', 'b']);
});

test('an ending at the end of the file starts no further line', () => {
  expect(texts('a\nb\n')).toEqual(['a', 'b']);
});

test.each([
  ['a vertical tab', '\v'],
  ['a form feed', '\f'],
  ['NEL', '\x85'],
  ['the bytes of U+2028', '\xe2\x80\xa8'],
])('%s ends no line', (_, text) => {
  expect(texts(`a${text}b`)).toEqual([`a${text}b`]);
});

test('one CR far below does not change where LF ends the lines above', () => {
  expect(texts('a\n\nb\nc\r')).toEqual(['a', '', 'b', 'c']);
});

test('texts and endings joined are the input again, no text holds an ending, and only the last line lacks one', () => {
  const bytes = fc
    .array(fc.constantFrom('a', '\n', '\r', '\0', '\\', '=', '\xff'), { maxLength: 40 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(bytes, (input) => {
      const lines = linesOf(input);
      expect(lines.map(({ text, eol }) => text + eol).join('')).toBe(input);
      for (const { text } of lines) expect(text).not.toMatch(/[\n\r\0]/);
      for (const { eol } of lines.slice(0, -1)) expect(eol).not.toBe('');
    }),
    { numRuns: 500 },
  );
});
