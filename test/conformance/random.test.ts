import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { rootArbitrary } from './arbitrary.js';
import { Judge, NoAnswer } from './judge.js';
import { whyNoSystemd } from './stage.js';
import { disagreement } from './trial.js';
import { describeWhere } from '../helpers/where.js';

const ROOTS = Number(process.env.UNIT_PATCH_ROOTS ?? 60);
const SEED = Number(process.env.UNIT_PATCH_SEED ?? Date.now() % 1_000_000_000);
// UNIT_PATCH_TREE names the tree of another version, see trees.ts.
const TREE = process.env.UNIT_PATCH_TREE ?? '/';

describeWhere(whyNoSystemd(TREE), 'random roots', () => {
  const judges: Judge[] = [];
  beforeAll(async () => {
    for (let i = 0; i < Math.min(availableParallelism(), 8); i += 1) judges.push(await Judge.open(TREE));
  });
  afterAll(() => Promise.all(judges.map((judge) => judge.close())));

  test(`${ROOTS} roots from seed ${SEED} are read as systemd reads them`, async () => {
    const share = Math.ceil(ROOTS / judges.length);
    const reports = await Promise.all(judges.map((judge, i) => search(judge, SEED + i, share)));
    const found = reports.filter((report) => report !== '');
    if (found.length > 0) throw new Error(found.join('\n\n'));
  }, 3_600_000);
});

/** Tries random roots on one judge, and shrinks the first one on which systemd and we disagree. */
async function search(judge: Judge, seed: number, numRuns: number): Promise<string> {
  const property = fc.asyncProperty(rootArbitrary, async (root) => {
    const report = await disagreement(judge, root).catch((error: unknown) => {
      // Where systemd itself breaks down there is nothing to agree with; fast-check tries another root.
      if (error instanceof NoAnswer) fc.pre(false);
      throw error;
    });
    if (report) throw new Error(report);
  });
  const details = await fc.check(property, { seed, numRuns });
  if (!details.failed) return '';
  // Jest runs tests in a realm of their own, where a system error is no instance of Error.
  const { message } = details.errorInstance as Error;
  return `Seed ${seed}, root ${details.numRuns}, shrunk ${details.numShrinks} times:\n\n${message}`;
}
