import { describe, expect, test } from '@jest/globals';
import { decodeUtf8, strip, words } from '../../src/syntax/scan.js';

/** Characters that JavaScript's trim() takes for white space and systemd does not. */
const ordinary = ['\v', '\f', '\u00a0', '\u1680', '\u2003', '\u2028', '\u2029', '\u3000', '\ufeff'];

const bytesOf = (text: string): string => Buffer.from(text).toString('latin1');

describe('strip()', () => {
  test('takes space, tab, LF and CR from both ends', () => {
    expect(strip(' \t\n\ra b\r\n\t ')).toBe('a b');
  });

  test('leaves what stands inside', () => {
    expect(strip('a \t b')).toBe('a \t b');
  });

  test('makes nothing of white space alone', () => {
    expect(strip(' \t\n\r')).toBe('');
  });

  test.each(ordinary.map((character) => [escape(character), character]))('leaves %s', (_, character) => {
    expect(strip(`${character}a${character}`)).toBe(`${character}a${character}`);
  });

  test('takes time in proportion to the text, also if white space fills the middle of it', () => {
    const text = `a${' '.repeat(60_000)}b`;
    const start = performance.now();
    expect(strip(text)).toBe(text);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('words()', () => {
  test('splits at runs of space, tab, LF and CR', () => {
    expect(words(' a  b\tc\nd\re ')).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('finds none in an empty text or in white space', () => {
    expect(words('')).toEqual([]);
    expect(words(' \t')).toEqual([]);
  });

  test.each(ordinary.map((character) => [escape(character), character]))(
    'does not split at %s',
    (_, character) => {
      expect(words(`a${character}b`)).toEqual([`a${character}b`]);
    },
  );

  test.each(['"a b"', "'a b'", 'a\\ b', 'a\\x20b c'])(
    'gives quotes and backslashes no meaning: %s',
    (text) => {
      expect(words(text)).toEqual(text.split(' '));
    },
  );
});

describe('decodeUtf8()', () => {
  test.each(['', 'plain', 'Grüße', '防火墙', '🔥', '\ufffd', '\u{10fffd}', '\ufdcf', '\ufdf0', '\ufeffa'])(
    'accepts %j',
    (text) => {
      expect(decodeUtf8(bytesOf(text))).toBe(text);
    },
  );

  test.each([
    ['a lone continuation byte', '\x80'],
    ['a sequence cut short', 'a\xc3'],
    ['a byte of Latin-1', 'Gr\xfc\xdfe'],
    ['an overlong slash', '\xc0\xaf'],
    ['an overlong NUL', '\xc0\x80'],
    ['a surrogate', '\xed\xa0\x80'],
    ['what lies above U+10FFFF', '\xf4\x90\x80\x80'],
    ['0xFF', '\xff'],
  ])('refuses %s', (_, bytes) => {
    expect(decodeUtf8(bytes)).toBeUndefined();
  });

  test.each(['\ufffe', '\uffff', '\ufdd0', '\ufdef', '\u{1fffe}', '\u{10ffff}'])(
    'refuses the noncharacter %j, as systemd does',
    (text) => {
      expect(decodeUtf8(bytesOf(`a${text}`))).toBeUndefined();
    },
  );
});

function escape(character: string): string {
  return `U+${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`;
}
