import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DraftJobs, findCycle } from '../../src/transactions/draft-jobs.js';

describe('a circle among units', () => {
  const later = (orders: Readonly<Record<string, readonly string[]>>) => (unit: string) =>
    (orders[unit] ?? []).map((other) => ({ unit: other }));

  test('is found wherever it begins, and what only leads to it is no part of it', () => {
    expect(findCycle(['a'], later({ a: ['b'], b: ['c'], c: ['b'] }))).toEqual(['b', 'c']);
    expect(findCycle(['a', 'b', 'c'], later({ a: ['b', 'c'], b: ['c'] }))).toBeUndefined();
    expect(findCycle(['a'], later({ a: ['a'] }))).toEqual(['a']);
  });

  test('is found if and only if there is one: without it the units can be put in order', () => {
    const edges = fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { maxLength: 12 });
    fc.assert(
      fc.property(edges, (all) => {
        const units = [0, 1, 2, 3, 4, 5].map(String);
        const next = (unit: string): string[] =>
          all.flatMap(([from, to]) => (String(from) === unit ? [String(to)] : []));
        const cycle = findCycle(units, (unit) => next(unit).map((other) => ({ unit: other })));
        if (cycle)
          cycle.forEach((unit, at) => {
            expect(next(unit)).toContain(cycle[(at + 1) % cycle.length]);
          });
        else {
          let left = units;
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

describe('the jobs of a transaction', () => {
  test('go with what brought them along, and take along what cannot do without them', () => {
    const drafts = new DraftJobs();
    const [docker, gate, log] = ['docker', 'gate', 'log'].map((unit) => drafts.add(unit, 'start', []));
    if (!docker || !gate || !log) throw new Error('no jobs');
    drafts.link(docker, gate, true, false);
    drafts.link(gate, log, false, false);
    drafts.markWhatMatters();
    expect([docker, gate, log].map(({ matters }) => matters)).toEqual([true, true, false]);
    drafts.delete(log, true);
    expect([...drafts.byUnit.keys()].sort()).toEqual(['docker', 'gate']);
    drafts.delete(gate, true);
    expect([...drafts.byUnit.keys()]).toEqual([]);
  });
});
