import { describe, expect, test } from '@jest/globals';
import {
  afterWhiteSpace,
  beforeWhiteSpace,
  endsInContinuation,
  findEquals,
  isComment,
} from '../../src/syntax/scan.js';

describe('afterWhiteSpace() and beforeWhiteSpace()', () => {
  test('pass over space, tab, LF and CR', () => {
    expect(afterWhiteSpace(' \t\n\ra', 0, 5)).toBe(4);
    expect(beforeWhiteSpace('a \t\n\r', 0, 5)).toBe(1);
  });

  test('stay within the stretch', () => {
    expect(afterWhiteSpace('a    b', 1, 3)).toBe(3);
    expect(beforeWhiteSpace('a    b', 3, 5)).toBe(3);
  });
});

describe('isComment()', () => {
  test.each(['#', ';', ' \t# note', '##'])('%j is one', (line) => {
    expect(isComment(line, 0, line.length)).toBe(true);
  });

  test.each(['', ' ', 'A=# b', '\v#', '\u00a0;'])('%j is not one', (line) => {
    expect(isComment(line, 0, line.length)).toBe(false);
  });

  test('does not look into the next line', () => {
    expect(isComment('  \n# note', 0, 2)).toBe(false);
  });
});

test('endsInContinuation() counts the backslashes of the stretch only', () => {
  expect(endsInContinuation('a\\', 0, 2)).toBe(true);
  expect(endsInContinuation('a\\\\', 0, 3)).toBe(false);
  expect(endsInContinuation('\\\\', 1, 2)).toBe(true);
  expect(endsInContinuation('', 0, 0)).toBe(false);
});

test('findEquals() finds the first one of the stretch, or its end', () => {
  expect(findEquals('A=b=c', 0, 5)).toBe(1);
  expect(findEquals('A=b=c', 2, 5)).toBe(3);
  expect(findEquals('A b\nC=d', 0, 3)).toBe(3);
});
