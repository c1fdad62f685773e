import { expect, test } from '@jest/globals';
import { type Choice, inSeveralOrders } from '../../src/transactions/schedules.js';

/** What is chosen in each order, if as many choices are open. */
const chosen = (counts: readonly number[]): number[][] => [
  ...inSeveralOrders((chooses: Choice) => counts.map((count) => chooses(count))),
];

test('the first order takes the oldest always, the second the newest', () => {
  expect(chosen([2, 3, 4]).slice(0, 2)).toEqual([
    [0, 0, 0],
    [1, 2, 3],
  ]);
});

test.each([
  ['without any choice', [], 2],
  ['with one between two', [2], 2],
  ['with one among three', [3], 5],
  ['with two', [2, 2], 5],
])('%s there are as many orders as can differ, at most five', (_, counts, orders) => {
  expect(chosen(counts)).toHaveLength(orders);
});

test('they are the same each time, and all possible choices', () => {
  const counts = [2, 3, 5, 2, 7];
  expect(chosen(counts)).toEqual(chosen(counts));
  for (const order of chosen(counts))
    for (const [at, one] of order.entries()) {
      expect(one).toBeGreaterThanOrEqual(0);
      expect(one).toBeLessThan(counts[at] ?? 0);
    }
});
