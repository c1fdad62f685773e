import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Box } from './box.js';
import { describeLab } from './generations.js';
import { printTime } from './report.js';
import { shrink } from './shrink-system.js';
import { type Seen, simulate } from './simulated.js';
import { SystemsBox } from './small-systems-box.js';
import { printSystem, smallSystems, type SmallSystem } from './small-systems.js';
import { GENERATIONS, makeTree, type Suite } from './tree.js';

/** How many for each generation. */
const SYSTEMS = Number(process.env.UNIT_PATCH_SYSTEMS ?? 150);
const SEED = Number(process.env.UNIT_PATCH_SEED ?? Date.now() % 1_000_000_000);
const BATCH = 250;

/** How often what disagrees is tried again: some systems end in two ways, by a chance that the simulation misses. */
const TRIES = 5;

/** How long what disagrees is made smaller, in milliseconds. */
const SHRINKING = Number(process.env.UNIT_PATCH_SHRINKING ?? 120_000);

/** A system that systemd runs in another way than the simulation does. */
interface Disagreement {
  readonly small: SmallSystem;
  readonly step: number;
  readonly simulated: Seen | undefined;
  readonly real: Seen | undefined;
}

/** The two versions of systemd that the simulation knows how to tell apart. */
const VERSIONS: readonly Suite[] = ['bookworm', 'trixie'];

const describeSystems = (suite: Suite): void => {
  const { systemd } = GENERATIONS[suite];
  let box: Box;
  let systems: SystemsBox;
  beforeAll(async () => {
    box = await Box.open([makeTree(suite)]);
    await box.boot();
    systems = new SystemsBox(box);
  }, 300_000);
  afterAll(async () => {
    systems.close();
    await box.close();
  });

  /** Runs each in the box; a step that hangs on chance, or never ends, is not tried, and nothing that comes after it. */
  async function disagreements(all: readonly SmallSystem[]): Promise<Map<SmallSystem, Disagreement>> {
    const expected = all.map((small) => simulate(small, systemd));
    const seen = await systems.run(
      all.map((small, at) => ({ ...small, steps: small.steps.slice(0, expected[at]?.length) })),
    );
    return new Map(
      all.flatMap((small, at): [SmallSystem, Disagreement][] => {
        const said = expected[at] ?? [];
        const step = said.findIndex(
          (one, index) => JSON.stringify(one) !== JSON.stringify(seen[at]?.[index]),
        );
        return step < 0 ? [] : [[small, { small, step, simulated: said[step], real: seen[at]?.[step] }]];
      }),
    );
  }
  /** A busy machine may be slow, so what disagrees is tried again; what disagrees each time counts. */
  async function lasting(all: readonly SmallSystem[]): Promise<Disagreement[]> {
    let wrong = new Map<SmallSystem, Disagreement>();
    for (let at = 0; at < all.length; at += BATCH)
      wrong = new Map([...wrong, ...(await disagreements(all.slice(at, at + BATCH)))]);
    for (let again = 0; again < TRIES && wrong.size > 0; again++)
      wrong = await disagreements([...wrong.keys()]);
    return [...wrong.values()];
  }

  const printed = ({ small, step, simulated, real }: Disagreement): string =>
    `${printSystem('s', small)}step ${step}\n simulated ${JSON.stringify(simulated)}\n seen      ${JSON.stringify(real)}\n`;

  /** As little of it as still disagrees. */
  async function shrunk(found: Disagreement, until: number): Promise<Disagreement> {
    const least = await shrink(found.small, async (candidates) => {
      if (Date.now() > until) return undefined;
      const wrong = await disagreements(candidates);
      for (const one of candidates) if (wrong.has(one) && (await lasting([one])).length > 0) return one;
      return undefined;
    });
    return (await lasting([least]))[0] ?? found;
  }

  test(`${SYSTEMS} systems from seed ${SEED}`, async () => {
    const all = fc.sample(smallSystems, { seed: SEED, numRuns: SYSTEMS });
    const start = Date.now();
    const found = await lasting(all);
    const compared = all.reduce((sum, one) => sum + simulate(one, systemd).length, 0);
    const steps = all.reduce((sum, one) => sum + one.steps.length, 0);
    printTime(Date.now() - start, `${all.length} systems, ${compared} of ${steps} steps compared`);
    const until = Date.now() + SHRINKING;
    const least: Disagreement[] = [];
    for (const one of found) least.push(Date.now() < until ? await shrunk(one, until) : one);
    expect(least.map(printed).join('\n')).toBe('');
    // Most steps are decided by the files: a simulation that is never sure would say nothing.
    expect(compared).toBeGreaterThan(steps / 2);
  }, 1_800_000);
};

describeLab('small systems are simulated as systemd runs them', describeSystems, VERSIONS);
