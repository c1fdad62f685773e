import { describe, expect } from '@jest/globals';
import { type Firewall, firewalld, netfilterPersistent, nftables, rhel, ufw } from './firewalls.js';
import { describeLab } from './generations.js';
import { Story } from './story.js';
import { step } from './report.js';

describeLab('one firewall after the other', (suite) => {
  function follows(firewall: Firewall, relation: 'requires' | 'part-of', actions: readonly string[]): void {
    describe(`${firewall.unit}, --relation ${relation}`, () => {
      const story = new Story(suite, firewall).around(`${firewall.unit}, --relation ${relation}`);

      for (const action of actions)
        step(`systemctl ${action} takes the network away`, async () => {
          const saw = await story.expectOutage(action, 'none');
          await story.restartDocker();
          return saw;
        });

      step(`unit-patch docker --yes --relation ${relation}`, async () => {
        await story.box.run(`unit-patch docker --yes --relation ${relation}`);
        const shown = await story.box.run('systemctl show docker.service -p Requires -p PartOf');
        const setting = relation === 'requires' ? 'Requires' : 'PartOf';
        expect(shown).toMatch(new RegExp(`^${setting}=.*\\b${firewall.unit}`, 'm'));
        return undefined;
      });

      for (const action of actions)
        step(`systemctl ${action} heals`, () => story.expectHealed(action, relation));

      step('a boot brings docker up after its firewall', async () => {
        await story.reboot();
        const { rules, getsOut } = await story.box.look();
        expect(getsOut).toBe(true);
        return `${rules} rules of docker`;
      });

      step('and it follows from then on', () => story.expectHealed('restart', relation));
    });
  }

  follows(rhel, 'part-of', ['restart', 'try-restart']);
  follows(netfilterPersistent, 'requires', ['restart']);
  follows(nftables, 'requires', ['restart']);

  for (const firewall of [firewalld, ufw])
    describe(`${firewall.unit}, with which docker needs nothing`, () => {
      const story = new Story(suite, firewall).around(firewall.unit);

      step('unit-patch docker says so and writes nothing', async () => {
        const { status, stdout, stderr } = await story.box.attempt('unit-patch docker --yes');
        expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
        expect(stderr).toContain('docker.service needs nothing here');
        expect((await story.box.attempt('test -e /etc/systemd/system/docker.service.d')).status).toBe(1);
        return undefined;
      });

      step('systemctl restart leaves the container its network', async () => {
        const lost = await story.expectUntouched('restart');
        // The older firewalld was known to lose the isolation between docker's networks; see the template's [no-need].
        const isKnown = firewall === firewalld && suite === 'bookworm';
        expect(lost.filter((rule) => !isKnown || !rule.includes('DOCKER-ISOLATION'))).toEqual([]);
        return lost.length === 0 ? 'docker has all of its rules' : `docker lacks ${lost.join(', ')}`;
      });
    });
});
