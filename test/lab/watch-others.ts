import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { step } from './report.js';
import type { WatchBox } from './watch-box.js';
import { withoutAddresses } from './watch-steps.js';

/** What many guides say: DOCKER-USER is made anew, and holds the administrator's own rules. */
const OWN_CHAIN = `iptables -F; iptables -t nat -F; iptables -X DOCKER-USER
iptables -N DOCKER-USER; iptables -A DOCKER-USER -s 203.0.113.77 -j DROP; iptables -I FORWARD -j DOCKER-USER`;

/** Own rules in each chain of nat and raw that docker writes to as well; a file of RHEL's firewall. */
const OWN_TABLES = `cat >>/etc/sysconfig/iptables <<'X'
*raw
:PREROUTING ACCEPT [0:0]
-A PREROUTING -s 192.0.2.9/32 -j DROP
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -s 192.0.2.9/32 -p tcp -m tcp --dport 9999 -j DNAT --to-destination 192.0.2.10:99
-A OUTPUT -d 192.0.2.9/32 -p tcp -m tcp --dport 9999 -j DNAT --to-destination 192.0.2.10:99
-A POSTROUTING -s 192.0.2.9/32 -o lo -j MASQUERADE
COMMIT
X`;

const SAVE = 'iptables-save | grep "^[*:-]" | sed "s/ \\[.*//"';

/** Others write rules at the same time, or have rules beside docker's. */
export function stepsBesideOthers(watched: () => WatchBox): void {
  step('a script makes DOCKER-USER anew: its rules stay, once, and come first', async () => {
    const box = watched();
    await box.settle();
    const before = dockersOwn(await box.rules());
    await box.box.run(OWN_CHAIN);
    const took = await until(async () => {
      const now = await box.rules();
      return before.every((rule) => now.includes(rule));
    });
    expect(await box.box.run('iptables -S DOCKER-USER')).toMatch(/^-N DOCKER-USER\n-A DOCKER-USER -s 203/);
    const forward = (await box.box.run('iptables -S FORWARD')).split('\n').slice(1);
    expect(forward[0]).toBe('-A FORWARD -j DOCKER-USER');
    expect(forward.filter((rule) => rule.endsWith('-j DOCKER-USER'))).toHaveLength(1);
    await box.box.run('iptables -D DOCKER-USER -s 203.0.113.77 -j DROP; systemctl restart docker');
    await untilUp(box);
    return `docker's ${before.length} rules are back after ${took} ms`;
  });

  step("the firewall's own rules and docker's come to stand as after a start of docker", async () => {
    const box = watched();
    await box.box.run(`${OWN_TABLES}
systemctl restart iptables && sleep 2 && systemctl restart docker`);
    await untilUp(box);
    const before = await box.box.run(SAVE);
    await box.box.run('systemctl restart iptables');
    const took = await until(async () => (await box.box.run(SAVE)) === before);
    return `the same lines in the same order after ${took} ms`;
  });

  const flushes = async (): Promise<undefined> => {
    const box = watched();
    const before = withoutAddresses(await box.rules());
    for (const seconds of [0.3, 0.6, 0.9, 1.2]) {
      await box.box.run(
        `systemctl --no-block restart docker; sleep ${seconds}; iptables -F; iptables -t nat -F; ` +
          'while ! systemctl is-active -q docker; do sleep 0.2; done',
      );
      // If they are gone when the watch starts it restarts docker, twice a minute at most.
      await until(async () => withoutAddresses(await box.rules()).join() === before.join(), 90_000);
    }
    await box.noteAsWhole();
    return undefined;
  };
  step('flushes while docker starts: it has its rules in the end', flushes, 400_000);
}

/** Docker's rules save for those in DOCKER-USER, which is the administrator's chain. */
function dockersOwn(rules: readonly string[]): string[] {
  return rules.filter((rule) => !rule.startsWith('-A DOCKER-USER'));
}

async function untilUp(box: WatchBox): Promise<void> {
  await until(async () => (await box.box.attempt('pgrep -x xtables-monitor')).status === 0, 30_000);
  await sleep(2000);
  await box.noteAsWhole();
}

/** @returns how many milliseconds it took until that was so */
async function until(isSo: () => Promise<boolean>, patience = 5000): Promise<number> {
  const start = Date.now();
  while (!(await isSo())) {
    if (Date.now() - start > patience) throw new Error(`not so after ${patience} ms: ${isSo.toString()}`);
    await sleep(50);
  }
  return Date.now() - start;
}
