import { describe, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from './report.js';
import type { Suite } from './tree.js';
import { WatchBox } from './watch-box.js';
import { expectUntouched } from './watch-steps.js';

/** The hook is for another firewall; for the same one, the watch would replace it. */
const HOOK_THEN_WATCH = ['hook --follow nftables.service', 'watch --follow iptables.service']
  .map((words) => `unit-patch docker --relation ${words} --yes`)
  .join(' && ');

/** A hook restarts docker, which writes its rules itself; the watch does not get in its way. */
export function describeHook(suite: Suite): void {
  describe('beside a hook on another firewall', () => {
    const watched = WatchBox.forBlock(suite);

    step('both are there', async () => {
      const { box } = watched();
      await box.run(`unit-patch revert docker --yes && ${HOOK_THEN_WATCH}`);
      expect(await box.run('systemctl is-active docker-rules')).toBe('active');
      return undefined;
    });

    for (const time of ['once', 'twice', 'three times'])
      step(`the hooked firewall is restarted, ${time}: docker is restarted, and has its rules`, async () => {
        const box = watched();
        const [rules, invocation] = [await box.rules(), await box.box.invocation()];
        await box.box.run('systemctl reset-failed; systemctl restart nftables; sleep 1');
        await box.box.untilAnswering();
        await sleep(3000);
        await box.noteAsWhole();
        await box.settle();
        expect(await box.box.invocation()).not.toBe(invocation);
        expect((await box.rules()).length).toBe(rules.length);
        expect(await box.box.look()).toMatchObject({ getsOut: true });
        return `${rules.length} rules`;
      });

    step('the other firewall is restarted: docker is not', async () =>
      expectUntouched(await watched().removedBy('systemctl restart iptables')),
    );
  });
}

const DAEMON_JSON = '/etc/docker/daemon.json';

/** Docker before 27 writes rules for IPv6 only with this setting. */
export function describeIpv6(suite: Suite): void {
  describe('with rules of IPv6', () => {
    const json = '{ "ip6tables": true, "experimental": true }';
    const watched = WatchBox.forBlock(
      suite,
      undefined,
      `mkdir -p /etc/docker && echo '${json}' >${DAEMON_JSON}`,
    );

    for (const script of ['ip6tables -F', 'ip6tables -F; ip6tables -X; ip6tables -t nat -F'])
      step(script, async () => {
        const { box } = watched();
        const before = await box.run('ip6tables-save | grep DOCKER');
        const saw = expectUntouched(await watched().removedBy(script));
        expect(await box.run('ip6tables-save | grep DOCKER')).toBe(before);
        return saw;
      });
  });
}
