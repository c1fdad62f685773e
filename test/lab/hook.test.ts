import { describe, expect } from '@jest/globals';
import {
  bothEnabled,
  describeHarm,
  docker,
  firewall,
  type HarmBox,
  PART_OF,
  REQUIRES,
  unit,
} from './harm-box.js';

const HOOK = [...REQUIRES, '--relation', 'hook'];
const RELOAD = 'ExecReload=true';
const usual = { ...docker(), ...firewall({ service: RELOAD }) };

/** What an action on the firewall starts. */
async function after(box: HarmBox, action: string): Promise<string[]> {
  await box.starts();
  await box.run(`systemctl ${action} iptables`);
  return box.starts();
}

describeHarm('a hook', (inBox) => {
  inBox('the boot starts both, once, and docker after its firewall', usual, bothEnabled, async (box) => {
    expect(await box.refusals(...HOOK)).toEqual([]);
    await box.bootPatched(...HOOK);
    expect(await box.starts()).toEqual(['iptables', 'docker']);
  });

  inBox('docker is restarted, once, whatever is done to its firewall', usual, bothEnabled, async (box) => {
    await box.bootPatched(...HOOK);
    expect(await after(box, 'restart')).toEqual(['iptables', 'docker']);
    expect(await after(box, 'reload')).toEqual(['docker']);
    expect(await after(box, 'stop')).toEqual(['docker']);
    expect(await after(box, 'start')).toEqual(['iptables', 'docker']);
    expect(await box.state('docker')).toBe('active');
  });

  inBox('and its start limit does not count that', usual, bothEnabled, async (box) => {
    await box.bootPatched(...HOOK);
    for (let times = 0; times < 8; times++) {
      expect(await after(box, 'reload')).toEqual(['docker']);
    }
    expect(await box.state('docker')).toBe('active');
  });

  inBox('a docker that was stopped by hand stays so', usual, bothEnabled, async (box) => {
    await box.bootPatched(...HOOK);
    await box.run('systemctl stop docker');
    for (const action of ['restart', 'stop', 'start'])
      expect(await after(box, action)).not.toContain('docker');
  });

  describe('a shutdown', () => {
    // What a boot begins anew is of no use here.
    const log = (name: string): string => `ExecStartPre=sh -c 'echo ${name} >>/var/starts'`;
    const logged = {
      ...docker({ service: log('docker') }),
      ...firewall({ service: `${log('iptables')}\n${RELOAD}` }),
    };

    inBox('is not delayed, and starts nothing', logged, bothEnabled, async (box) => {
      await box.boot();
      const before = await box.halt();
      await box.bootPatched(...HOOK);
      await box.run('rm /var/starts');
      const then = await box.halt();
      expect(await box.run('cat /var/starts 2>/dev/null || :')).toBe('');
      expect(then).toBeLessThan(before + 2000);
    });
  });

  describe('followed-disabled', () => {
    inBox('a firewall that is not enabled is left alone', usual, ['docker'], async (box) => {
      expect(await box.refusals(...HOOK)).toEqual([]);
      await box.bootPatched(...HOOK);
      expect(await box.starts()).toEqual(['docker']);
      expect(await after(box, 'start')).toEqual(['iptables', 'docker']);
    });
  });

  describe('followed-not-staying', () => {
    const content = { ...docker(), ...firewall({ stays: false }) };

    inBox(
      'each run of it restarts docker, once, and no start of docker runs it',
      content,
      bothEnabled,
      async (box) => {
        expect(await box.refusals(...HOOK)).toEqual([]);
        await box.bootPatched(...HOOK);
        expect(await after(box, 'restart')).toEqual(['iptables', 'docker']);
        await box.run('systemctl restart docker');
        expect(await box.starts()).toEqual(['docker']);
      },
    );
  });

  describe('no-reload', () => {
    const content = { ...docker(), ...firewall() };

    inBox('what cannot be reloaded still cannot be, and says so', content, bothEnabled, async (box) => {
      await box.bootPatched(...HOOK);
      const { status, stderr } = await box.attempt('systemctl reload iptables');
      expect({ status, stderr }).toMatchObject({
        status: 3,
        stderr: expect.stringContaining('Job type reload is not applicable'),
      });
    });

    const lie = '/etc/systemd/system/iptables.service.d/reload.conf';
    const command = 'ExecReload=-/usr/bin/systemctl --no-block try-restart docker.service';

    inBox(
      'with the line of the hook a reload succeeds, and does nothing for the firewall',
      { ...content, [lie]: `[Service]\n${command}\n` },
      bothEnabled,
      async (box) => {
        await box.boot();
        expect(await after(box, 'reload')).toEqual(['docker']);
      },
    );
  });

  describe('rival-firewall', () => {
    const rival = unit('firewalld', { unit: 'Conflicts=iptables.service' });

    inBox('both are up', { ...usual, ...rival }, ['docker', 'firewalld'], async (box) => {
      expect(await box.refusals(...HOOK)).toEqual([]);
      await box.bootPatched(...HOOK);
      await box.run('systemctl restart docker');
      expect([await box.state('docker'), await box.state('firewalld')]).toEqual(['active', 'active']);
    });
  });

  describe('two-firewalls', () => {
    const rival = unit('firewalld', { unit: 'Conflicts=iptables.service' });
    const earlier = '/etc/systemd/system/docker.service.d/10-firewalld.conf';
    const content = { ...usual, ...rival, [earlier]: '[Unit]\nPartOf=firewalld.service\n' };

    inBox('each of the two can still be restarted', content, ['docker', 'firewalld'], async (box) => {
      expect(await box.refusals(...HOOK)).toEqual([]);
      await box.bootPatched(...HOOK);
      await box.run('systemctl restart firewalld');
      await box.starts();
      expect(await box.state('docker')).toBe('active');
      await box.run('systemctl restart iptables');
    });
  });

  describe('ordering-cycle', () => {
    const rules = unit('my-rules', { unit: 'After=docker.service\nBefore=iptables.service' });

    inBox(
      'a boot leaves out one of the three',
      { ...usual, ...rules },
      [...bothEnabled, 'my-rules'],
      async (box) => {
        expect(await box.refusals(...HOOK)).toEqual(['ordering-cycle']);
        await box.bootPatched(...HOOK);
        expect(await box.starts()).toHaveLength(2);
      },
    );
  });

  describe('restart-loop', () => {
    const loop = {
      ...docker({ service: 'ExecStartPost=-systemctl --no-block restart iptables' }),
      ...firewall({ unit: 'StartLimitBurst=9' }),
    };

    inBox('a docker that restarts its firewall goes round and round', loop, bothEnabled, async (box) => {
      expect(await box.refusals(...HOOK)).toEqual(['restart-loop']);
      await box.bootPatched(...HOOK);
      expect((await box.starts()).length).toBeGreaterThan(6);
    });

    const waiting = firewall({ service: 'TimeoutStartSec=3\nExecStartPost=-systemctl restart docker' });

    inBox(
      'a firewall that waits for docker waits for itself, and fails',
      { ...docker(), ...waiting },
      bothEnabled,
      async (box) => {
        expect(await box.refusals(...HOOK)).toEqual(['restart-loop']);
        await box.bootPatched(...HOOK);
        expect([await box.state('iptables'), await box.state('docker')]).toEqual(['failed', 'active']);
      },
    );

    const own = firewall({
      service: 'TimeoutStartSec=3\nExecStartPost=-/usr/bin/systemctl --no-block try-restart docker.service',
    });

    inBox('one that does not wait is the hook itself', { ...docker(), ...own }, bothEnabled, async (box) => {
      expect(await box.refusals(...HOOK)).toEqual([]);
      await box.bootPatched(...HOOK);
      expect(await after(box, 'restart')).toEqual(['iptables', 'docker']);
    });
  });

  describe('hook-cancels-stop', () => {
    const wanting = { ...docker({ unit: 'Wants=iptables.service' }), ...firewall() };

    inBox('a firewall that docker wants cannot be stopped', wanting, bothEnabled, async (box) => {
      expect(await box.refusals(...HOOK)).toEqual(['hook-cancels-stop']);
      await box.bootPatched(...HOOK);
      expect(await box.attempt('systemctl stop iptables')).toMatchObject({ status: 1 });
      await box.starts();
      expect(await box.state('iptables')).toBe('active');
    });

    const third = {
      ...docker({ unit: 'Wants=net.service' }),
      ...unit('net', { unit: 'Wants=iptables.service' }),
      ...firewall(),
    };

    inBox('through a third unit that stays up it can', third, bothEnabled, async (box) => {
      expect(await box.refusals(...HOOK)).toEqual([]);
      await box.bootPatched(...HOOK);
      await box.run('systemctl stop iptables');
      await box.starts();
      expect([await box.state('iptables'), await box.state('docker')]).toEqual(['inactive', 'active']);
    });
  });

  describe('hook-on-timer', () => {
    const often = {
      '/etc/systemd/system/iptables.timer':
        '[Timer]\nOnActiveSec=1s\nOnUnitInactiveSec=1s\nAccuracySec=1ms\n[Install]\nWantedBy=timers.target\n',
    };
    const content = { ...docker(), ...firewall({ stays: false, unit: 'StartLimitBurst=99' }), ...often };

    inBox('each run of the firewall restarts docker', content, ['docker', 'iptables.timer'], async (box) => {
      expect(await box.refusals(...HOOK)).toEqual(['hook-on-timer']);
      await box.bootPatched(...HOOK);
      await box.run('until [ "$(grep -c docker /run/starts)" -ge 3 ]; do sleep 0.1; done');
    });
  });

  inBox(
    'from another relation to a hook and back nothing is left behind',
    usual,
    bothEnabled,
    async (box) => {
      const files = 'find /etc/systemd/system -name "50-*.conf"';
      await box.patch(...PART_OF);
      const partOf = await box.run(files);
      await box.patch(...HOOK);
      expect((await box.run(files)).split('\n')).toHaveLength(2);
      await box.patch(...PART_OF);
      expect(await box.run(files)).toBe(partOf);
    },
  );
});
