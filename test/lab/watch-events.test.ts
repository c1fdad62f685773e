import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeLab } from './generations.js';
import { printLine } from './report.js';
import { WatchBox } from './watch-box.js';
import { REMOVALS } from './watch-events.js';

/** `npm run lab -- --all` tries all of them. */
const all = process.env.UNIT_PATCH_LAB_ROWS === 'all';

describeLab('a watch puts back what anything removes: the same rules in the same order', (suite) => {
  let box: WatchBox;
  const rows: string[] = [];
  beforeAll(async () => {
    box = await WatchBox.open(suite);
  }, 300_000);
  afterAll(async () => {
    await box.close();
    printLine(`\n${suite}\n${rows.join('\n')}`);
  });

  describe.each(REMOVALS.filter(({ isChosen }) => all || isChosen))('$name', ({ name, script }) => {
    test('docker and its containers are untouched', async () => {
      const { before, after, back, outage } = await box.removedBy(script);
      const rules = after.rules.join('\n') === before.rules.join('\n') ? 'same, same order' : 'other rules';
      rows.push(
        [
          name.padEnd(50),
          `${before.rules.length} rules: ${rules}`,
          `back ${back} ms`,
          `outage ${outage} ms`,
        ].join('  '),
      );
      expect(after).toEqual(before);
      await box.box.run('systemctl reset-failed; systemctl start iptables');
      await box.settle();
      // Right after a heal the watch asks docker, and the next one would wait for that.
      await sleep(1500);
    }, 240_000);
  });
});
