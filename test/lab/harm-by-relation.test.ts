import { describe, expect } from '@jest/globals';
import { bothEnabled, describeHarm, docker, firewall, PART_OF, REQUIRES, unit } from './harm-box.js';

describeHarm('a relation that does not go with what is there', (inBox) => {
  describe('followed-disabled', () => {
    const content = { ...docker(), ...firewall() };

    inBox('starting docker starts the firewall', content, ['docker'], async (box) => {
      expect(await box.refusals(...REQUIRES)).toEqual(['followed-disabled']);
      await box.bootPatched(...REQUIRES);
      expect(await box.starts()).toEqual(['iptables', 'docker']);
    });

    inBox('part-of: it is left alone', content, ['docker'], async (box) => {
      expect(await box.refusals(...PART_OF)).toEqual([]);
      await box.bootPatched(...PART_OF);
      expect(await box.starts()).toEqual(['docker']);
    });
  });

  describe('followed-not-staying', () => {
    const content = { ...docker(), ...firewall({ stays: false }) };

    inBox('every start of docker runs the firewall again', content, bothEnabled, async (box) => {
      expect(await box.refusals(...REQUIRES)).toEqual(['followed-not-staying']);
      await box.bootPatched(...REQUIRES);
      await box.starts();
      await box.run('systemctl restart docker');
      expect(await box.starts()).toEqual(['iptables', 'docker']);
    });

    inBox('part-of: it does not, and docker follows all the same', content, bothEnabled, async (box) => {
      expect(await box.refusals(...PART_OF)).toEqual([]);
      await box.bootPatched(...PART_OF);
      await box.starts();
      await box.run('systemctl restart docker');
      expect(await box.starts()).toEqual(['docker']);
      await box.run('systemctl restart iptables');
      expect(await box.starts()).toEqual(['iptables', 'docker']);
    });
  });

  describe('rival-firewall', () => {
    const rival = unit('firewalld', { unit: 'Conflicts=iptables.service' });
    const content = { ...docker(), ...firewall(), ...rival };

    inBox('starting docker stops the other firewall', content, ['firewalld'], async (box) => {
      expect(await box.refusals(...REQUIRES)).toContain('rival-firewall');
      await box.bootPatched(...REQUIRES);
      expect(await box.state('firewalld')).toBe('active');
      await box.run('systemctl start docker');
      expect(await box.state('firewalld')).toBe('inactive');
    });

    inBox('a boot leaves out docker or the other firewall', content, ['docker', 'firewalld'], async (box) => {
      await box.bootPatched(...REQUIRES);
      const states = [await box.state('docker'), await box.state('firewalld')];
      expect(states.sort()).toEqual(['active', 'inactive']);
    });

    inBox('part-of: both are up', content, ['docker', 'firewalld'], async (box) => {
      expect(await box.refusals(...PART_OF)).toEqual([]);
      await box.bootPatched(...PART_OF);
      expect([await box.state('docker'), await box.state('firewalld')]).toEqual(['active', 'active']);
    });
  });

  describe('two-firewalls', () => {
    const rival = unit('firewalld', { unit: 'Conflicts=iptables.service' });
    const earlier = '/etc/systemd/system/docker.service.d/10-firewalld.conf';
    const content = { ...docker(), ...firewall(), ...rival, [earlier]: '[Unit]\nPartOf=firewalld.service\n' };

    inBox(
      'the other firewall cannot be restarted any more',
      content,
      ['docker', 'firewalld'],
      async (box) => {
        expect(await box.refusals(...PART_OF)).toEqual(['two-firewalls']);
        await box.bootPatched(...PART_OF);
        const { status, stderr } = await box.attempt('systemctl restart firewalld');
        expect({ status, stderr }).toMatchObject({
          status: 1,
          stderr: expect.stringContaining('conflicting jobs'),
        });
      },
    );

    inBox('tied to one of them it can', content, ['docker', 'firewalld'], async (box) => {
      await box.boot();
      await box.run('systemctl restart firewalld');
      expect(await box.state('docker')).toBe('active');
    });
  });

  describe('ordering-cycle', () => {
    const rules = unit('my-rules', { unit: 'After=docker.service\nBefore=iptables.service' });
    const content = { ...docker(), ...firewall(), ...rules };
    const all = [...bothEnabled, 'my-rules'];

    // Which one is by chance: with Requires= it may be docker, and its firewall with it.
    inBox('requires: a boot leaves out one of the three, or two', content, all, async (box) => {
      expect(await box.refusals(...REQUIRES)).toEqual(['ordering-cycle']);
      await box.bootPatched(...REQUIRES);
      expect((await box.starts()).length).toBeLessThan(3);
    });

    inBox('part-of: a boot leaves out one of the three', content, all, async (box) => {
      expect(await box.refusals(...PART_OF)).toEqual(['ordering-cycle']);
      await box.bootPatched(...PART_OF);
      expect(await box.starts()).toHaveLength(2);
    });

    inBox('without the relation all three are started', content, all, async (box) => {
      await box.boot();
      expect(await box.starts()).toEqual(['docker', 'my-rules', 'iptables']);
    });

    inBox('where the third one is not enabled, all is well', content, bothEnabled, async (box) => {
      expect(await box.refusals(...REQUIRES)).toEqual([]);
      await box.bootPatched(...REQUIRES);
      expect(await box.starts()).toEqual(['iptables', 'docker']);
    });
  });

  describe('restart-loop', () => {
    const loop = {
      ...docker({ service: 'ExecStartPost=-systemctl --no-block restart iptables' }),
      ...firewall(),
    };

    for (const [relation, args] of [
      ['requires', REQUIRES],
      ['part-of', PART_OF],
    ] as const) {
      inBox(
        `${relation}: docker restarts its firewall, until systemd has enough`,
        loop,
        bothEnabled,
        async (box) => {
          expect(await box.refusals(...args)).toEqual(['restart-loop']);
          await box.bootPatched(...args);
          expect((await box.starts()).length).toBeGreaterThan(6);
          expect(await box.state('docker')).not.toBe('active');
        },
      );
    }

    inBox('without the relation it goes round once', loop, bothEnabled, async (box) => {
      await box.boot();
      await box.starts();
      await box.run('systemctl restart docker');
      expect(await box.starts()).toEqual(['docker', 'iptables']);
    });

    const waiting = firewall({ service: 'TimeoutStartSec=3\nExecStartPost=-systemctl restart docker' });

    inBox(
      'a firewall that waits for docker waits for itself',
      { ...docker(), ...waiting },
      bothEnabled,
      async (box) => {
        expect(await box.refusals(...REQUIRES)).toEqual(['restart-loop']);
        await box.bootPatched(...REQUIRES);
        expect([await box.state('iptables'), await box.state('docker')]).toEqual(['failed', 'inactive']);
      },
    );

    inBox(
      'without the relation it waits for nobody',
      { ...docker(), ...waiting },
      bothEnabled,
      async (box) => {
        await box.boot();
        expect([await box.state('iptables'), await box.state('docker')]).toEqual(['active', 'active']);
      },
    );
  });
});
