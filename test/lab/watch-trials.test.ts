import { afterAll, beforeAll, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeLab } from './generations.js';
import { step } from './report.js';
import { type Healed, WatchBox } from './watch-box.js';

const FLUSH = 'iptables -F; iptables -t nat -F';
const MAIN = 'systemctl show docker -p MainPID --value';

describeLab('a watch survives', (suite) => {
  let box: WatchBox;
  beforeAll(async () => {
    box = await WatchBox.open(suite);
  }, 300_000);
  afterAll(async () => {
    await box.close();
  });

  function expectUntouched({ before, after, back }: Healed): string {
    expect(after).toEqual(before);
    return `the same ${after.rules.length} rules are back after ${back} ms`;
  }

  step('a dockerd that is frozen', async () => {
    const { box: inside } = box;
    await box.settle();
    const rules = await box.rules();
    await inside.run(`kill -STOP $(${MAIN}); ${FLUSH}`);
    try {
      await sleep(2000);
      expect(await box.rules()).toEqual(rules);
    } finally {
      await inside.run(`kill -CONT $(${MAIN})`);
    }
    return undefined;
  });

  step('a kill -9 of itself, with a flush right after', async () =>
    expectUntouched(
      await box.removedBy(`kill -9 $(systemctl show docker-rules -p MainPID --value); ${FLUSH}`, 5000),
    ),
  );

  step('a kill -9 of its monitor, with a flush right after', async () =>
    expectUntouched(await box.removedBy(`kill -9 $(pgrep -x xtables-monitor); ${FLUSH}`, 5000)),
  );

  step('a monitor that ends, since it cannot follow: ENOBUFS', async () => {
    const rules =
      '{ echo "*filter"; echo ":BIG - [0:0]"; for i in $(seq 20000); do echo "-A BIG -s 10.1.$((i / 256)).$((i % 256)) -j DROP"; done; echo COMMIT; } >/tmp/big';
    const healed = await box.removedBy(
      `${rules}; monitor=$(pgrep -x xtables-monitor); kill -STOP $monitor; iptables-restore -n </tmp/big; ` +
        `iptables -F BIG; iptables-restore -n </tmp/big; ${FLUSH}; iptables -X BIG; kill -CONT $monitor`,
      6000,
    );
    return expectUntouched(healed);
  });

  step('a script that is replaced while it runs', async () => {
    const script = '/usr/local/libexec/docker-rules';
    const healed = await box.removedBy(
      `sed '4i# another line' ${script} >${script}.new && mv ${script}.new ${script}; ${FLUSH}`,
    );
    const said = expectUntouched(healed);
    await box.box.run('unit-patch docker --force edited --yes');
    return said;
  });

  step('a full /run', async () => {
    const healed = await box.removedBy(`cat /dev/zero >/run/full 2>/dev/null; ${FLUSH}`);
    await box.box.run('rm /run/full');
    return expectUntouched(healed);
  });

  step('a stop of docker by hand: it stops too, and nothing is written', async () => {
    const { box: inside } = box;
    const rules = await box.rules();
    await inside.run(
      `systemctl stop docker.socket docker; ${FLUSH}; ${FLUSH.replaceAll('iptables', 'ip6tables')}; sleep 2`,
    );
    expect(await inside.run('systemctl is-active docker docker-rules || true')).toBe('inactive\ninactive');
    expect((await box.rules()).filter((rule) => rule.startsWith('-A'))).toEqual([]);
    await inside.run('systemctl start docker');
    await inside.untilAnswering();
    await sleep(2000);
    // The containers may have other addresses.
    expect((await box.rules()).length).toBe(rules.length);
    await box.noteAsWhole();
    expect(await inside.run('systemctl is-active docker-rules')).toBe('active');
    return undefined;
  });

  step('a kill -9 of dockerd: it comes back with docker, and heals', async () => {
    await box.box.run(`systemctl reset-failed; kill -9 $(${MAIN}); sleep 5`);
    await box.box.untilAnswering();
    await sleep(2000);
    await box.noteAsWhole();
    return expectUntouched(await box.removedBy(FLUSH));
  });

  step("own rules in DOCKER-USER come back with docker's", async () => {
    await box.box.run('iptables -I DOCKER-USER -s 203.0.113.66 -j DROP; sleep 1.5');
    await box.noteAsWhole();
    expectUntouched(await box.removedBy(FLUSH));
    expect(await box.box.run('iptables -S DOCKER-USER')).toContain('-s 203.0.113.66/32 -j DROP');
    return undefined;
  });

  step('but not those that their administrator takes away', async () => {
    await box.box.run(
      'iptables -D DOCKER-USER -s 203.0.113.66 -j DROP; sleep 3; systemctl restart iptables; sleep 3',
    );
    expect(await box.box.run('iptables -S DOCKER-USER')).not.toContain('203.0.113.66');
    return undefined;
  });

  step('nothing that its own unit does not let it do', async () => {
    expect(await box.journal()).not.toMatch(/denied|not permitted|syntax error|unbound/i);
    return undefined;
  });
});
