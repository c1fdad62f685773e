import { afterAll, beforeAll, test } from '@jest/globals';
import fc from 'fast-check';
import { describeWhere } from '../helpers/where.js';
import { whyNoSystemd } from './systemd-sandbox.js';

const ROOTS = Number(process.env.UNIT_PATCH_ROOTS ?? 60);
const SEED = Number(process.env.UNIT_PATCH_SEED ?? Date.now() % 1_000_000_000);
// UNIT_PATCH_TREE names the tree of another version, see trees.ts.
const TREE = process.env.UNIT_PATCH_TREE ?? '/';

/** A search among random roots. */
export interface Search<J, T> {
  /** Says what is searched, from how many roots and which seed. */
  readonly name: (roots: string) => string;
  readonly open: (base: string) => Promise<J>;
  readonly arbitrary: fc.Arbitrary<T>;
  /** What is wrong about one of them, or nothing; what is thrown counts as well. */
  readonly report: (judge: J, one: T) => Promise<string>;
}

/**
 * When it ends, systemd waits for the kernel to forget its inotify watches, for as long as it has worked. So there are
 * more judges than processors; and as many everywhere, since each has a seed of its own.
 */
const JUDGES = 4;

/** Describes a search by some judges at once; each shrinks the first root it finds. */
export function describeSearch<J extends { close(): Promise<void> }, T>(
  title: string,
  { name, open, arbitrary, report }: Search<J, T>,
): void {
  const search = async (judge: J, seed: number, numRuns: number): Promise<string> => {
    const property = fc.asyncProperty(arbitrary, async (one) => {
      const found = await report(judge, one);
      if (found) throw new Error(found);
    });
    const details = await fc.check(property, { seed, numRuns });
    if (!details.failed) return '';
    const { message } = details.errorInstance as Error;
    return `Seed ${seed}, root ${details.numRuns}, shrunk ${details.numShrinks} times:\n\n${message}`;
  };

  describeWhere(whyNoSystemd(TREE), title, () => {
    const judges: J[] = [];
    beforeAll(async () => {
      for (let i = 0; i < JUDGES; i += 1) judges.push(await open(TREE));
    });
    afterAll(() => Promise.all(judges.map((judge) => judge.close())));

    test(
      name(`${ROOTS} roots from seed ${SEED}`),
      async () => {
        const share = Math.ceil(ROOTS / judges.length);
        const reports = await Promise.all(judges.map((judge, i) => search(judge, SEED + i, share)));
        const found = reports.filter((one) => one !== '');
        if (found.length > 0) throw new Error(found.join('\n\n'));
      },
      3_600_000,
    );
  });
}
