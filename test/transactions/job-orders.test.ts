import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { findCycle } from '../../src/transactions/job-orders.js';

const UNITS = [0, 1, 2, 3, 4, 5];

describe('a circle among units', () => {
  const cycle = (units: readonly number[], next: (unit: number) => readonly number[]): number[] | undefined =>
    findCycle(units, UNITS.length, (unit) => next(unit).map((number) => ({ number })));
  const later = (orders: Readonly<Record<number, readonly number[]>>) => (unit: number) => orders[unit] ?? [];

  test('is found wherever it begins, and what only leads to it is no part of it', () => {
    expect(cycle([0], later({ 0: [1], 1: [2], 2: [1] }))).toEqual([1, 2]);
    expect(cycle([0, 1, 2], later({ 0: [1, 2], 1: [2] }))).toBeUndefined();
    expect(cycle([0], later({ 0: [0] }))).toEqual([0]);
  });

  test('is found if and only if there is one: without it the units can be put in order', () => {
    const edges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 });
    fc.assert(
      fc.property(edges, (all) => {
        const next = (unit: number): number[] => all.flatMap(([from, to]) => (from === unit ? [to] : []));
        const found = cycle(UNITS, next);
        if (found)
          found.forEach((unit, at) => {
            expect(next(unit)).toContain(found[(at + 1) % found.length]);
          });
        else {
          let left = UNITS;
          for (let before = -1; before !== left.length;) {
            before = left.length;
            left = left.filter((unit) => next(unit).some((other) => left.includes(other)));
          }
          expect(left).toEqual([]);
        }
      }),
    );
  });
});
