import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allSteps, type Cell, seeAll, tableOf } from './events-table.js';
import { RELATIONS } from './events.js';
import { describeLab } from './generations.js';
import { printLine } from './report.js';

const ALL_OF_IT = 1_800_000;

describeLab('what becomes of docker, whatever happens to its firewall', (suite) => {
  let cells: readonly Cell[] = [];
  beforeAll(async () => {
    cells = await seeAll(suite);
  }, ALL_OF_IT);
  afterAll(() => {
    printLine(`\n${suite}\n${tableOf(suite, cells)}`);
  });

  describe.each(RELATIONS)('%s', (relation) => {
    for (const { name, event } of allSteps(suite)) {
      const expected = event.seen?.[relation] ?? event.stated[relation];
      if (expected === undefined) continue;
      test(`${name}: ${[expected].flat().join(' or ')}`, () => {
        const cell = cells.find((cell) => cell.relation === relation && cell.event === name);
        expect([expected].flat()).toContain(cell?.outcome);
      });
    }
  });
});
