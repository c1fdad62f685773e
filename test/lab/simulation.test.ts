import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { removeTrees } from '../helpers/tree.js';
import { Box } from './box.js';
import { describeLab } from './generations.js';
import { seeAll } from './small-systems-box.js';
import { simulate } from './simulated.js';
import { printSystem, smallSystems, type SmallSystem } from './small-systems.js';
import { GENERATIONS, makeTree } from './tree.js';

const SYSTEMS = Number(process.env.UNIT_PATCH_SYSTEMS ?? 120);
const SEED = Number(process.env.UNIT_PATCH_SEED ?? Date.now() % 1_000_000_000);
const BATCH = 300;

describeLab('small systems are simulated as systemd runs them', (suite) => {
  let box: Box;
  beforeAll(async () => {
    box = await Box.open([makeTree(suite)]);
    await box.boot();
  }, 300_000);
  afterAll(async () => {
    await box.close();
    removeTrees();
  });

  async function disagreements(
    systems: readonly SmallSystem[],
  ): Promise<{ wrong: string[]; compared: number }> {
    // What hangs on chance, or never ends, is not tried, and nothing that comes after it.
    const said = systems.map((small, at) => simulate(at, small, GENERATIONS[suite].systemd));
    const tried = systems.map((small, at) => ({ ...small, steps: small.steps.slice(0, said[at]?.length) }));
    const all = await seeAll(box, tried);
    let compared = 0;
    const wrong = tried.flatMap((small, at) => {
      for (const [step, expected] of (said[at] ?? []).entries()) {
        const seen = all[at]?.[step];
        compared++;
        if (JSON.stringify(seen) !== JSON.stringify(expected))
          return [
            `${printSystem(at, small)}step ${step}\n simulated ${JSON.stringify(expected)}\n seen      ${JSON.stringify(seen)}\n`,
          ];
      }
      return [];
    });
    return { wrong, compared };
  }

  test(`${SYSTEMS} systems from seed ${SEED}`, async () => {
    const systems = fc.sample(smallSystems, { seed: SEED, numRuns: SYSTEMS });
    const found: string[] = [];
    let compared = 0;
    const start = Date.now();
    for (let at = 0; at < systems.length; at += BATCH) {
      const one = await disagreements(systems.slice(at, at + BATCH));
      found.push(...one.wrong);
      compared += one.compared;
    }
    const steps = systems.reduce((sum, one) => sum + one.steps.length, 0);
    console.log(
      `${systems.length} systems, ${compared} of ${steps} steps compared, ${found.length} disagree, ${Date.now() - start} ms`,
    );
    expect(
      found
        .sort((a, b) => a.length - b.length)
        .slice(0, 12)
        .join('\n'),
    ).toBe('');
  }, 1_800_000);
});
