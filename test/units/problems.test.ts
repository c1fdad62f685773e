import { describe, expect, test } from '@jest/globals';
import { abridged, append } from '../../src/units/problems.js';

const problems = (code: string, count: number) =>
  Array.from({ length: count }, (_, i) => ({ code, line: i + 1, text: `${code} ${i}` }));

describe('abridged()', () => {
  test('leaves a thousand problems of a kind, of each kind', () => {
    const all = [...problems('a', 1000), ...problems('b', 1000)];
    expect(abridged(all)).toEqual(all);
  });

  test('leaves a thousand and one, since a line about the last takes no less room', () => {
    expect(abridged(problems('a', 1001))).toEqual(problems('a', 1001));
  });

  test('says how many more there are, and where they begin', () => {
    const [last, ...rest] = abridged([...problems('a', 5000), ...problems('b', 1)]).slice(1000);
    expect(last).toEqual({
      code: 'a',
      line: 1001,
      text: '4000 problems of this kind from here on are not listed',
    });
    expect(rest).toEqual(problems('b', 1));
  });
});

test('append() takes more than a call takes arguments', () => {
  const list = [0];
  append(list, Array<number>(500_000).fill(1));
  expect(list).toHaveLength(500_001);
});
