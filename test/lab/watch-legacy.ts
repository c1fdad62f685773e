import { describe, expect } from '@jest/globals';
import { step } from './report.js';
import type { Suite } from './tree.js';
import { RHEL, WatchBox } from './watch-box.js';
import { stepIdle } from './watch-cost.js';
import { expectUntouched } from './watch-steps.js';

const LEGACY = ['iptables', 'ip6tables']
  .map((name) => `update-alternatives --set ${name} /usr/sbin/${name}-legacy`)
  .join(' && ');

/** The backend of older systems, on which the kernel reports neither a change nor who made it. */
export function describeLegacy(suite: Suite): void {
  describe('on the legacy backend', () => {
    const watched = WatchBox.forBlock(suite, RHEL, LEGACY);

    for (const script of ['iptables -F; iptables -X', 'iptables -t nat -F', 'systemctl restart iptables'])
      step(script, async () => expectUntouched(await watched().removedBy(script)));

    step('the journal names nobody', async () => {
      const journal = await watched().journal();
      expect(journal).toMatch(/of docker's rules were gone; put back \d+ ms after/);
      expect(journal).not.toContain('(by');
      return undefined;
    });

    stepIdle(watched, 30, 10);
  });
}
