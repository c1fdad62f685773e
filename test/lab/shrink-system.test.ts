import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shrink } from './shrink-system.js';
import { printSystem, smallSystems } from './small-systems.js';

test('a system is shrunk to what makes it wrong: one dependency, one step, and the units of these', async () => {
  const large = fc
    .sample(smallSystems, { seed: 1, numRuns: 500 })
    .find(
      ({ units }) =>
        units.length > 4 && units.some(({ ties }) => ties.some(([type]) => type === 'Conflicts')),
    );
  if (!large) throw new Error('no such system');
  const least = await shrink(large, (all) =>
    Promise.resolve(
      all.find(({ units }) => units.some(({ ties }) => ties.some(([type]) => type === 'Conflicts'))),
    ),
  );
  expect(least.units.length).toBeLessThanOrEqual(3);
  expect(least.steps.length).toBe(1);
  expect(least.units.flatMap(({ ties }) => ties)).toHaveLength(1);
  expect(printSystem('s', least)).toContain('Conflicts=');
});
