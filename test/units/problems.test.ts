import { describe, expect, test } from '@jest/globals';
import { AbridgedProblems, append } from '../../src/units/problems.js';

interface Numbered {
  readonly line: number;
  readonly text: string;
}

const problems = (kind: string, count: number): Numbered[] =>
  Array.from({ length: count }, (_, i) => ({ line: i + 1, text: `${kind} ${i}` }));

/** Adds problems of these kinds, and gives what is listed, and how many were made. */
function abridged(...kinds: [kind: string, count: number][]): { listed: Numbered[]; made: number } {
  const all = new AbridgedProblems<Numbered>();
  let made = 0;
  for (const [kind, count] of kinds)
    for (const problem of problems(kind, count))
      all.add(kind, () => {
        made++;
        return problem;
      });
  return { listed: all.listed(), made };
}

describe('AbridgedProblems', () => {
  test('leaves a thousand problems of a kind, of each kind', () => {
    expect(abridged(['a', 1000], ['b', 1000]).listed).toEqual([
      ...problems('a', 1000),
      ...problems('b', 1000),
    ]);
  });

  test('leaves a thousand and one, since a line about the last takes no less room', () => {
    expect(abridged(['a', 1001]).listed).toEqual(problems('a', 1001));
  });

  test('says how many more there are, and where they begin', () => {
    const [last, ...rest] = abridged(['a', 5000], ['b', 1]).listed.slice(1000);
    expect(last).toEqual({
      line: 1001,
      text: '4000 problems of this kind from here on are not listed',
    });
    expect(rest).toEqual(problems('b', 1));
  });

  test('counts what is not listed, and makes no text for it', () => {
    expect(abridged(['a', 100_000]).made).toBe(1001);
  });
});

test('append() takes more than a call takes arguments', () => {
  const list = [0];
  append(list, Array<number>(500_000).fill(1));
  expect(list).toHaveLength(500_001);
});
