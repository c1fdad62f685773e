import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from './report.js';
import type { WatchBox } from './watch-box.js';

/** Measures how much of one core an idle watch takes; the bound is many times what was seen. */
export function stepIdle(watched: () => WatchBox, seconds: number, percent: number): void {
  step(
    `idle for ${seconds} s`,
    async () => {
      const box = watched();
      await box.settle();
      // It still checks what came before.
      await sleep(6000);
      const before = await box.cpu();
      await sleep(seconds * 1000);
      const used = (await box.cpu()) - before;
      expect(used).toBeLessThan(seconds * 10 * percent);
      return `${Math.round(used)} ms of CPU, ${(used / seconds / 10).toFixed(2)} % of a core`;
    },
    (seconds + 60) * 1000,
  );
}

const run = (name: string): string => `
for i in $(seq 50); do
  docker run -d --name ${name}$i -p $((9000 + i)):80 -v /usr:/usr:ro probe:1 /usr/bin/sleep 1000 >/dev/null &
  [ $((i % 5)) != 0 ] || wait
done
wait`;

/** Measures the watch while docker changes its own rules all the time. */
export function stepStorm(watched: () => WatchBox): void {
  step(
    '50 containers are started, 5 at a time, and removed',
    async () => {
      const box = watched();
      const measure = async (script: string): Promise<{ used: number; took: number }> => {
        const [before, start] = [await box.cpu(), Date.now()];
        await box.box.run(script);
        const took = Date.now() - start;
        await sleep(4000);
        return { used: Math.round((await box.cpu()) - before), took };
      };
      const journal = await box.journal();
      const started = await measure(run('s'));
      const removed = await measure("docker rm -f $(docker ps -q -f 'name=^s[0-9]') >/dev/null");
      expect(await box.journal()).toBe(journal);
      // About half a second is usual.
      expect(started.used + removed.used).toBeLessThan(5000);
      const text = ({ used, took }: typeof started): string => `${used} ms of CPU in ${took} ms`;
      return `${text(started)} for the start, ${text(removed)} for the removal; it wrote nothing`;
    },
    180_000,
  );
}
