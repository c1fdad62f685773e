import { afterAll, beforeAll } from '@jest/globals';
import { describeWhere } from '../helpers/where.js';
import { whyNoSystemd } from './systemd-sandbox.js';
import { askedSuites, makeTree, SUITES } from './trees.js';

/**
 * Describes tests once for this machine's systemd, and once for each suite at hand or asked for that
 * brings one of these versions.
 * @param open makes the judge that the tests ask, from the tree that holds its systemd
 */
export function describeEachSystemd<J extends { close(): Promise<void> }>(
  versions: readonly number[],
  open: (base: string) => Promise<J>,
  body: (judge: () => J) => void,
): void {
  const describeOne = (title: string, base: () => string): void => {
    describeWhere(whyNoSystemd(), title, () => {
      let judge: J;
      beforeAll(async () => {
        judge = await open(base());
      }, 600_000);
      afterAll(() => judge.close());
      body(() => judge);
    });
  };
  describeOne("this machine's systemd", () => '/');
  for (const suite of askedSuites().filter((one) => versions.includes(SUITES[one] ?? 0)))
    describeOne(`the systemd of ${suite}`, () => makeTree(suite));
}
