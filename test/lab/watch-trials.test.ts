import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeLab } from './generations.js';
import { step } from './report.js';
import { describeHook, describeIpv6 } from './watch-beside.js';
import { WatchBox } from './watch-box.js';
import { stepsByHand } from './watch-by-hand.js';
import { stepsAfterHeals, stepsOfDocker } from './watch-containers.js';
import { stepIdle, stepStorm } from './watch-cost.js';
import { describeFirewalld, describeUfw } from './watch-firewalls.js';
import { describeLegacy } from './watch-legacy.js';
import { stepsBesideOthers } from './watch-others.js';
import { expectNothingDone, expectUntouched } from './watch-steps.js';
import { stepPoweroff, stepsOfRestarts } from './watch-stops.js';
import { stepsOfUdp } from './watch-udp.js';

/** `npm run lab -- --all` tries all of them. */
const all = process.env.UNIT_PATCH_LAB_ROWS === 'all';

const FLUSH = 'iptables -F; iptables -t nat -F';
const MAIN = 'systemctl show docker -p MainPID --value';

const IPV6 =
  'ip6tables ACTION INPUT -p tcp --dport 22 -j ACCEPT; ip6tables ACTION INPUT -p icmpv6 --icmpv6-type 1 -j DROP';
const NATIVE = 'flush ruleset\\ntable ip own {\\n chain own {\\n fib daddr type local accept\\n }\\n}\\n';

describeLab('a watch survives', (suite) => {
  const watched = WatchBox.forBlock(suite);

  step('a dockerd that is frozen', async () => {
    const { box: inside } = watched();
    await watched().settle();
    const rules = await watched().rules();
    await inside.run(`kill -STOP $(${MAIN}); ${FLUSH}`);
    try {
      await sleep(2000);
      expect(await watched().rules()).toEqual(rules);
    } finally {
      await inside.run(`kill -CONT $(${MAIN})`);
    }
    return undefined;
  });

  step('a kill -9 of itself, with a flush right after', async () =>
    expectUntouched(
      await watched().removedBy(`kill -9 $(systemctl show docker-rules -p MainPID --value); ${FLUSH}`),
    ),
  );

  step('a kill -9 of its monitor, with a flush right after', async () =>
    expectUntouched(await watched().removedBy(`kill -9 $(pgrep -x xtables-monitor); ${FLUSH}`)),
  );

  step('a monitor that ends, since it cannot follow: ENOBUFS', async () => {
    const rules =
      '{ echo "*filter"; echo ":BIG - [0:0]"; for i in $(seq 20000); do echo "-A BIG -s 10.1.$((i / 256)).$((i % 256)) -j DROP"; done; echo COMMIT; } >/tmp/big';
    const healed = await watched().removedBy(
      `${rules}; monitor=$(pgrep -x xtables-monitor); kill -STOP $monitor; iptables-restore -n </tmp/big; ` +
        `iptables -F BIG; iptables-restore -n </tmp/big; ${FLUSH}; iptables -X BIG; kill -CONT $monitor`,
    );
    return expectUntouched(healed);
  });

  if (all) {
    step('rules of IPv6 with ports, which xtables-monitor 1.8.9 cannot read without -4', () =>
      expectNothingDone(watched(), `${IPV6.replaceAll('ACTION', '-A')}; ${IPV6.replaceAll('ACTION', '-D')}`),
    );

    step('a monitor that ends, since it cannot read a rule of nftables', async () => {
      const saw = expectUntouched(await watched().removedBy(`printf '${NATIVE}' | nft -f -`));
      await watched().box.run('nft delete table ip own');
      return saw;
    });
  }

  step('a script that is replaced while it runs', async () => {
    const script = '/usr/local/libexec/docker-rules';
    const healed = await watched().removedBy(
      `sed '4i# another line' ${script} >${script}.new && mv ${script}.new ${script}; ${FLUSH}`,
    );
    const said = expectUntouched(healed);
    await watched().box.run('unit-patch docker --force edited --yes');
    return said;
  });

  step('a full /run', async () => {
    const healed = await watched().removedBy(`cat /dev/zero >/run/full 2>/dev/null; ${FLUSH}`);
    await watched().box.run('rm /run/full');
    return expectUntouched(healed);
  });

  step('a stop of docker by hand: it stops too, and nothing is written', async () => {
    const { box: inside } = watched();
    const rules = await watched().rules();
    await inside.run(
      `systemctl stop docker.socket docker; ${FLUSH}; ${FLUSH.replaceAll('iptables', 'ip6tables')}; sleep 2`,
    );
    expect(await inside.run('systemctl is-active docker docker-rules || true')).toBe('inactive\ninactive');
    expect((await watched().rules()).filter((rule) => rule.startsWith('-A'))).toEqual([]);
    await inside.run('systemctl start docker');
    await inside.untilAnswering();
    await sleep(2000);
    // The containers may have other addresses.
    expect((await watched().rules()).length).toBe(rules.length);
    await watched().noteAsWhole();
    expect(await inside.run('systemctl is-active docker-rules')).toBe('active');
    return undefined;
  });

  step('a kill -9 of dockerd: it comes back with docker, and heals', async () => {
    await watched().box.run(`systemctl reset-failed; kill -9 $(${MAIN}); sleep 5`);
    await watched().box.untilAnswering();
    await sleep(2000);
    await watched().noteAsWhole();
    return expectUntouched(await watched().removedBy(FLUSH));
  });

  step("own rules in DOCKER-USER come back with docker's", async () => {
    await watched().box.run('iptables -I DOCKER-USER -s 203.0.113.66 -j DROP; sleep 1.5');
    await watched().noteAsWhole();
    expectUntouched(await watched().removedBy(FLUSH));
    expect(await watched().box.run('iptables -S DOCKER-USER')).toContain('-s 203.0.113.66/32 -j DROP');
    return undefined;
  });

  step('but not those that their administrator takes away', async () => {
    await watched().box.run(
      'iptables -D DOCKER-USER -s 203.0.113.66 -j DROP; sleep 3; systemctl restart iptables; sleep 3',
    );
    expect(await watched().box.run('iptables -S DOCKER-USER')).not.toContain('203.0.113.66');
    return undefined;
  });

  stepsByHand(watched);
  stepsAfterHeals(watched);
  stepsOfRestarts(watched);
  if (all) {
    stepsOfUdp(watched);
    stepsOfDocker(watched);
    stepsBesideOthers(watched);
    stepIdle(watched, 60, 2);
    stepStorm(watched);
  }

  step('nothing that its own unit does not let it do', async () => {
    expect(await watched().journal()).not.toMatch(/denied|not permitted|syntax error|unbound/i);
    return undefined;
  });

  stepPoweroff(watched);
});

if (all)
  describeLab('a watch', (suite) => {
    describeUfw(suite);
    describeFirewalld(suite);
    describeHook(suite);
    describeIpv6(suite);
    describeLegacy(suite);
  });
