import { describe, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { firewalld, ufw } from './firewalls.js';
import { step } from './report.js';
import type { Suite } from './tree.js';
import { WatchBox } from './watch-box.js';
import { expectNothingDone, expectUntouched, inAnyOrder } from './watch-steps.js';

/** ufw changes its own chains only, unless MANAGE_BUILTINS is set. */
export function describeUfw(suite: Suite): void {
  describe('beside ufw', () => {
    const watched = WatchBox.forBlock(suite, ufw);

    for (const script of [
      'ufw reload',
      'systemctl restart ufw',
      'ufw disable; ufw --force enable',
      'ufw allow 8443/tcp',
    ])
      step(`${script}: nothing is lost, and nothing done`, () => expectNothingDone(watched(), script));

    step('MANAGE_BUILTINS=yes, and ufw reload: healed', async () => {
      await watched().box.run("sed -i 's/^MANAGE_BUILTINS=no/MANAGE_BUILTINS=yes/' /etc/default/ufw");
      const healed = await watched().removedBy('ufw reload');
      expect(await watched().journal()).toContain("docker's rules were gone");
      return expectUntouched(healed);
    });
  });
}

const ACTIONS = [
  'systemctl restart firewalld',
  'firewall-cmd --reload',
  'firewall-cmd --complete-reload',
  'systemctl stop firewalld',
  'systemctl start firewalld',
];

const OWN = '-A DOCKER-USER -s 203.0.113.66/32 -j DROP';

/** dockerd hears of firewalld over D-Bus, and writes its rules anew; the watch must not fight with it. */
export function describeFirewalld(suite: Suite): void {
  describe('beside firewalld', () => {
    const watched = WatchBox.forBlock(suite, firewalld);

    step('an own rule is made in DOCKER-USER', async () => {
      await watched().box.run('iptables -I DOCKER-USER -s 203.0.113.66 -j DROP');
      await watched().untilNoted('203.0.113.66');
      return undefined;
    });

    // 1.3 flushes all rules of iptables, and dockerd then leaves out those that isolate its networks.
    const isFlushing = suite === 'bookworm';
    for (const script of ACTIONS)
      if (isFlushing) step(`${script}: all is back`, () => expectBackInAnyOrder(watched(), script));
      else step(`${script}: nothing is done, and no fight`, () => expectNotFought(watched(), script));

    step('iptables -F, of which dockerd hears nothing: healed', () =>
      expectBackInAnyOrder(watched(), 'iptables -F'),
    );
  });
}

/** The same rules come back, and stay; dockerd itself changes their order. */
async function expectBackInAnyOrder(box: WatchBox, script: string): Promise<string> {
  const before = inAnyOrder(await box.state());
  await box.box.run(script);
  const done = Date.now();
  const isBack = async (): Promise<boolean> =>
    inAnyOrder(await box.state()).rules.join('\n') === before.rules.join('\n');
  while (!(await isBack()) && Date.now() - done < 6000) await sleep(100);
  const back = Date.now() - done;
  await sleep(3000);
  const after = inAnyOrder(await box.state());
  expect(after).toEqual(before);
  expect(after.rules).toContain(OWN);
  await box.noteAsWhole();
  return `the same ${after.rules.length} rules are back after ${back} ms`;
}

async function expectNotFought(box: WatchBox, script: string): Promise<string> {
  const saw = await expectNothingDone(box, script);
  await box.noteAsWhole();
  expect(await box.rules()).toContain(OWN);
  return saw;
}
