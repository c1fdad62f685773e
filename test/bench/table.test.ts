import { expect, test } from '@jest/globals';
import type { Row } from './bench.js';
import { allHeld, markdownResults, textTable } from './table.js';

const row: Row = { what: 'a run', us: '3 ms', peer: 'node -e 0', theirs: '2 ms', ratio: 1.5, most: 1.5 };

test('a row has both figures, their ratio, and the wanted ratio', () => {
  expect(textTable([row])).toBe(
    'what   unit-patch  beside     theirs  ratio  wanted\na run  3 ms        node -e 0  2 ms    1.50   ≤ 1.5\n',
  );
  expect(allHeld([row])).toBe(true);
});

test('a ratio above what is wanted is marked', () => {
  const slow = { ...row, ratio: 1.51 };
  expect(textTable([slow])).toContain('1.51   ≤ 1.5, NOT HELD');
  expect(allHeld([row, slow])).toBe(false);
});

test('a missing peer is named as missing, and holds nothing', () => {
  const alone = { ...row, peer: 'go-systemd', theirs: undefined, ratio: undefined };
  expect(textTable([alone])).toMatch(/go-systemd +missing +≤ 1\.5\n$/);
  expect(allHeld([alone])).toBe(false);
});

test('a row that only informs cannot fail', () => {
  expect(allHeld([{ what: 'x', us: '1', peer: 'y', theirs: '9', ratio: 9 }])).toBe(true);
});

test('the document has the rows of all benches in one table, then notes, pictures and the machine', () => {
  const text = markdownResults(
    ['Node.js 20'],
    [
      { rows: [row], notes: ['one'] },
      { rows: [{ ...row, what: 'a | b' }], plots: ['PLOT\n'] },
    ],
  );
  expect(text).toContain(
    [
      '| what | unit-patch | beside | theirs | ratio | wanted |',
      '| --- | --- | --- | --- | --- | --- |',
      '| a run | 3 ms | node -e 0 | 2 ms | 1.50 | ≤ 1.5 |',
      '| a \\| b | 3 ms | node -e 0 | 2 ms | 1.50 | ≤ 1.5 |',
    ].join('\n'),
  );
  expect(text.indexOf('- one')).toBeLessThan(text.indexOf('PLOT'));
  expect(text).toMatch(/- Node\.js 20\n$/);
});
