import { describe, expect } from '@jest/globals';
import { rhel } from './firewalls.js';
import { describeLab } from './generations.js';
import { Story } from './story.js';
import { step } from './report.js';
import { BOX } from './world.js';

const GATEWAY = '172.17.0.1';

/** What the original story names: gone after a restart of the firewall, back after one of docker. */
const NAMED = [
  /^-A POSTROUTING -s 172\.17\.0\.0\/16 ! -o docker0 -j MASQUERADE$/,
  /^:DOCKER - /,
  /^-A FORWARD -o docker0 -j DOCKER$/,
  /^-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT$/,
  /^-A FORWARD -i docker0 ! -o docker0 -j ACCEPT$/,
  /^-A FORWARD -i docker0 -o docker0 -j ACCEPT$/,
];

describeLab('the story: a firewall is restarted, and containers lose their network', (suite) => {
  describe('without unit-patch, and with it', () => {
    const story = new Story(suite, rhel).around('iptables.service, as the story was told');

    step('the container answers on its published port', async () => {
      expect(await story.box.askOnLoopback()).toBe(GATEWAY);
      expect(await story.box.askFromWorld()).toBe('198.51.100.2');
      return 'on loopback, and to the world';
    });

    step('the container reaches the world, masqueraded as the box', async () => {
      expect(await story.box.askFromContainer()).toBe(BOX);
      return undefined;
    });

    step('its rules are there', async () => {
      const rules = await story.box.dockerRules();
      for (const rule of NAMED) expect(rules.some((line) => rule.test(line))).toBe(true);
      return `${rules.length} of docker`;
    });

    step('systemctl restart iptables: they are gone, the container cannot get out', async () => {
      const saw = await story.expectOutage('restart', 'none');
      const rules = await story.box.dockerRules();
      for (const rule of NAMED) expect(rules.filter((line) => rule.test(line))).toEqual([]);
      return saw;
    });

    step('the published port still answers on loopback, which proves nothing', async () => {
      expect(await story.box.askOnLoopback()).toBe(GATEWAY);
      return 'by docker-proxy';
    });

    step('systemctl restart docker heals', async () => {
      await story.restartDocker();
      expect(await story.box.askFromContainer()).toBe(BOX);
      return undefined;
    });

    step('without the patch it happens again', () => story.expectOutage('restart', 'none'));

    step('npx unit-patch docker --yes', async () => {
      await story.restartDocker();
      const before = await story.box.invocation();
      const out = await story.box.run('cd /root && npx unit-patch docker --yes');
      expect(out).toContain('+Requires=iptables.service');
      expect(await story.box.invocation()).toBe(before);
      return 'docker was not restarted';
    });

    step('systemd shows the relation', async () => {
      const shown = await story.box.run('systemctl show docker.service -p Requires -p After -p DropInPaths');
      expect(shown).toMatch(/^Requires=.*\biptables\.service\b/m);
      expect(shown).toMatch(/^After=.*\biptables\.service\b/m);
      expect(shown).toContain('/etc/systemd/system/docker.service.d/50-follow-firewall.conf');
      return undefined;
    });

    step('systemctl restart iptables now heals', () => story.expectHealed('restart', 'requires'));
    step('systemctl try-restart iptables too', () => story.expectHealed('try-restart', 'requires'));

    step('the outage is short', async () => {
      const end = await story.box.watchFromWorld();
      const saw = await story.expectHealed('restart', 'requires');
      const milliseconds = await end();
      expect(milliseconds).toBeLessThan(10_000);
      return `${saw}; the world waited ${milliseconds} ms`;
    });

    step('as the README says, a reload is not covered', async () => {
      const saw = await story.expectOutage('reload', 'requires');
      await story.restartDocker();
      return saw;
    });

    step('a second run changes nothing', async () => {
      const sum = 'cat /etc/systemd/system/docker.service.d/* | sha256sum';
      const before = await story.box.run(sum);
      const { status, stdout, stderr } = await story.box.attempt('npx unit-patch docker --yes');
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
      expect(stderr).toContain('nothing to write');
      expect(await story.box.run(sum)).toBe(before);
      return undefined;
    });

    step('a firewall that is stopped takes docker with it, until somebody starts both', async () => {
      await story.box.firewallIs('stop');
      expect((await story.box.attempt('systemctl is-active docker.service')).stdout).toBe('inactive\n');
      await story.box.run('systemctl start iptables docker');
      await story.box.untilAnswering();
      expect(await story.box.askFromContainer()).toBe(BOX);
      return undefined;
    });

    step('npx unit-patch revert docker --yes brings the outage back', async () => {
      await story.box.run('npx unit-patch revert docker --yes');
      const shown = await story.box.run('systemctl show docker.service -p Requires -p DropInPaths');
      expect(shown).not.toMatch(/iptables|50-follow/);
      const saw = await story.expectOutage('restart', 'reverted');
      await story.restartDocker();
      await story.box.run('npx unit-patch docker --yes');
      return saw;
    });

    step('start-limit: four restarts within a minute leave docker failed', async () => {
      await story.box.forgetStarts();
      for (let times = 0; times < 4; times++) {
        await story.box.run('systemctl restart iptables');
        await story.box.settle();
      }
      const shown = await story.box.run('systemctl show docker.service -p ActiveState -p Result');
      expect(shown.split('\n').sort()).toEqual(['ActiveState=failed', 'Result=start-limit-hit']);
      return undefined;
    });
  });
});
