import { beforeAll, describe } from '@jest/globals';
import { describeWhere } from '../helpers/where.js';
import { whyNoLab } from './requirements.js';
import { printLine, printTime } from './report.js';
import { GENERATIONS, labSuites, makeTree, type Suite } from './tree.js';

const MAKING = 300_000;

/**
 * Describes tests that have boxes, once for each generation of systemd and docker that is asked for.
 * @param usual the generations if none are named; the newest alone if left out
 */
export function describeLab(name: string, body: (suite: Suite) => void, usual?: readonly Suite[]): void {
  describeWhere(whyNoLab(), name, () => {
    for (const suite of labSuites(usual))
      describe(`${suite} (systemd ${GENERATIONS[suite].systemd}, docker ${GENERATIONS[suite].docker})`, () => {
        beforeAll(() => {
          printLine(`\n# ${name}`);
          const start = Date.now();
          makeTree(suite);
          printTime(Date.now() - start, `the tree of ${suite} is at hand`);
        }, MAKING);
        body(suite);
      });
  });
}
