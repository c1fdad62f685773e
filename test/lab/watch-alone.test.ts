import { afterAll, beforeAll, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerBox } from './docker-box.js';
import { rhel } from './firewalls.js';
import { describeLab } from './generations.js';
import { step } from './report.js';

/** As a script of cron has it, or an administrator: no unit knows of it. */
const FLUSH = 'iptables -F; iptables -t nat -F';

/** What is there; what Node.js keeps of the command that it has compiled is no trace. */
const FILES = 'find /etc/systemd /usr/local -name .cache -prune -o -print | sort';

describeLab('a box without a unit that is its firewall', (suite) => {
  let box: DockerBox;
  beforeAll(async () => {
    box = await DockerBox.open(suite, rhel);
    await box.boot();
    await box.run('systemctl disable --now iptables.service; systemctl restart docker');
    await box.startContainer();
  }, 300_000);
  afterAll(async () => {
    await box.close();
  });

  step('has nothing to follow, and the error offers the watch', async () => {
    const { status, stderr } = await box.attempt('unit-patch docker --dry-run');
    expect({ status, offers: stderr.includes('unit-patch docker --relation watch') }).toEqual({
      status: 2,
      offers: true,
    });
    return undefined;
  });

  step('a flush breaks docker, and doctor names the watch as the cure', async () => {
    await box.run(FLUSH);
    const { stdout } = await box.attempt('unit-patch doctor docker');
    expect(stdout).toContain('unit-patch docker --relation watch');
    await box.run('systemctl restart docker');
    return undefined;
  });

  step('with the watch the same flush is healed, and docker goes on', async () => {
    const files = await box.run(FILES);
    await box.run('unit-patch docker --relation watch --yes');
    const before = await box.invocation();
    const rules = await box.dockerRules();
    await sleep(1000);
    await box.run(FLUSH);
    const start = Date.now();
    while ((await box.dockerRules()).join('\n') !== rules.join('\n')) {
      if (Date.now() - start > 3000) throw new Error('the rules are not back after 3 s');
      await sleep(50);
    }
    const took = Date.now() - start;
    expect(await box.invocation()).toBe(before);
    expect(await box.run('unit-patch check docker')).toContain('its firewall rules are watched');
    expect(await box.run('unit-patch doctor docker')).toContain('protected: docker-rules.service');
    await box.run('unit-patch revert docker --yes');
    expect(await box.run(FILES)).toBe(files);
    return `the same ${rules.length} rules are back after ${took} ms`;
  });
});
