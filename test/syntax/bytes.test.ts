import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decodeBytes, encodeBytes, holdsBytes } from '../../src/syntax/bytes.js';

describe('names that are not UTF-8', () => {
  test('are the same bytes again after all, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(encodeBytes(decodeBytes(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('are plain text if they are UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = Buffer.from(text);
        expect(decodeBytes(bytes)).toBe(bytes.toString());
        expect(holdsBytes(decodeBytes(bytes))).toBe(false);
      }),
    );
  });

  test.each([
    ['a lone byte', [0xff], '\udcff'],
    ['the half of a character', [0x61, 0xc3], 'a\udcc3'],
    ['an overlong slash', [0xc0, 0xaf], '\udcc0\udcaf'],
    ['a surrogate', [0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
    ['good ones beside it', [0xc3, 0xa9, 0xff, 0x62], 'é\udcffb'],
  ])('keep %s as lone surrogates', (_, bytes, text) => {
    expect(decodeBytes(Buffer.from(bytes))).toBe(text);
    expect(holdsBytes(text)).toBe(true);
  });

  test('are not found in a character beyond the first plane', () => {
    expect(holdsBytes('\u{1f480}')).toBe(false);
  });
});
