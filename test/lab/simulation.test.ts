import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { removeTrees } from '../helpers/tree.js';
import { Box } from './box.js';
import { describeLab } from './generations.js';
import { seeAll } from './small-systems-box.js';
import { type Seen, simulate } from './simulated.js';
import { printSystem, smallSystems, type SmallSystem } from './small-systems.js';
import { printTime } from './report.js';
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

  /** What hangs on chance, or never ends, is not tried, and nothing that comes after it. */
  function said(small: SmallSystem, at: number): Seen[] {
    return simulate(at, small, GENERATIONS[suite].systemd);
  }

  /** Where the box and the simulation disagree, by the systems' numbers. */
  async function disagreements(
    systems: ReadonlyMap<number, SmallSystem>,
  ): Promise<ReadonlyMap<number, string>> {
    const expected = new Map([...systems].map(([at, small]) => [at, said(small, at)]));
    const seen = await seeAll(
      box,
      new Map(
        [...systems].map(([at, small]) => [
          at,
          { ...small, steps: small.steps.slice(0, expected.get(at)?.length) },
        ]),
      ),
    );
    const wrong = new Map<number, string>();
    for (const [at, small] of systems) {
      const step = (expected.get(at) ?? []).findIndex(
        (one, index) => JSON.stringify(one) !== JSON.stringify(seen.get(at)?.[index]),
      );
      if (step < 0) continue;
      const [simulated, real] = [expected, seen].map((all) => JSON.stringify(all.get(at)?.[step]));
      wrong.set(
        at,
        `${printSystem(at, small)}step ${step}\n simulated ${String(simulated)}\n seen      ${String(real)}\n`,
      );
    }
    return wrong;
  }

  /** A busy machine may be slow, so what disagrees is tried again; what disagrees each time counts. */
  async function lasting(systems: ReadonlyMap<number, SmallSystem>): Promise<string[]> {
    let wrong = await disagreements(systems);
    for (let again = 0; again < 2 && wrong.size > 0; again++) {
      const left = wrong;
      wrong = await disagreements(new Map([...systems].filter(([at]) => left.has(at))));
    }
    return [...wrong.values()];
  }

  test(`${SYSTEMS} systems from seed ${SEED}`, async () => {
    const systems = fc.sample(smallSystems, { seed: SEED, numRuns: SYSTEMS });
    const numbered = systems.map((one, at): [number, SmallSystem] => [at, one]);
    const found: string[] = [];
    const start = Date.now();
    for (let at = 0; at < systems.length; at += BATCH)
      found.push(...(await lasting(new Map(numbered.slice(at, at + BATCH)))));
    const steps = systems.reduce((sum, one) => sum + one.steps.length, 0);
    const compared = numbered.reduce((sum, [at, one]) => sum + said(one, at).length, 0);
    printTime(Date.now() - start, `${systems.length} systems, ${compared} of ${steps} steps compared`);
    expect(
      found
        .sort((a, b) => a.length - b.length)
        .slice(0, 5)
        .join('\n'),
    ).toBe('');
    // Most steps are decided by the files: a simulation that is never sure would say nothing.
    expect(compared).toBeGreaterThan(steps / 2);
  }, 1_800_000);
});
