import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from './report.js';
import type { WatchBox } from './watch-box.js';

/** A few milliseconds are usual; one that waits for its own sleep or for a look takes longer. */
const AT_ONCE = 1000;

/** Half a second after it the watch has put the rules back, or is about to. */
const FLUSH = 'iptables -F; iptables -t nat -F';

/** Docker's stop waits for that of the watch. */
export function stepsOfRestarts(watched: () => WatchBox): void {
  for (const [when, script] of [
    ['which idles', 'true'],
    ['which has noticed a flush', `${FLUSH}; sleep 0.3`],
  ] as const)
    step(`docker is restarted: a watch ${when} delays nothing`, async () => {
      const box = watched();
      const { box: inside } = box;
      await box.settle();
      await inside.run(`systemctl reset-failed docker; ${script}; systemctl restart docker`);
      const saw = await expectStoppedAtOnce(box);
      await inside.untilAnswering();
      await sleep(3000);
      await box.noteAsWhole();
      await box.settle();
      return saw;
    });
}

/** The last step of a box. */
export function stepPoweroff(watched: () => WatchBox): void {
  step('the box is powered off right after a flush: the watch delays nothing', async () => {
    await watched().settle();
    await watched().box.run(FLUSH);
    await watched().box.halt();
    return expectStoppedAtOnce(watched());
  });
}

/** What systemd has written about the last stop; the journal outlives the boot. */
async function expectStoppedAtOnce({ box }: WatchBox): Promise<string> {
  const journal = await box.run(
    'journalctl -q -D /var/log/journal -u docker-rules -u docker -o short-monotonic --no-pager',
  );
  const stop = journal.slice(journal.lastIndexOf('\n', journal.lastIndexOf('Stopping docker-rules')) + 1);
  const at = (text: string): number => {
    const line = stop.split('\n').find((each) => each.includes(` systemd[1]: ${text}`));
    if (line === undefined) throw new Error(`not said: ${text}\n${stop}`);
    return parseFloat(line.slice(1)) * 1000;
  };
  const asked = at('Stopping docker-rules.service');
  const [took, delayed] = [at('Stopped docker-rules.service') - asked, at('Stopping docker.service') - asked];
  expect(took).toBeLessThan(AT_ONCE);
  expect(delayed).toBeLessThan(AT_ONCE);
  // It is said of a unit that neither failed nor had to be killed.
  at('docker-rules.service: Deactivated successfully');
  return `it stopped in ${took.toFixed(1)} ms, and docker's stop began after ${delayed.toFixed(1)} ms`;
}
