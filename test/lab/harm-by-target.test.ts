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
  UNITS,
} from './harm-box.js';

describeHarm('a firewall that is not there, or not fit', (inBox, suite) => {
  describe('nothing is refused, nothing is harmed', () => {
    const content = { ...docker(), ...firewall() };

    inBox(
      'requires: docker is started after its firewall, and restarted after it',
      content,
      bothEnabled,
      async (box) => {
        expect(await box.refusals(...REQUIRES)).toEqual([]);
        await box.bootPatched(...REQUIRES);
        expect(await box.starts()).toEqual(['iptables', 'docker']);
        await box.run('systemctl restart iptables');
        expect(await box.starts()).toEqual(['iptables', 'docker']);
        await box.run('systemctl restart docker');
        expect(await box.starts()).toEqual(['docker']);
      },
    );
  });

  describe('cannot-start', () => {
    // As it is met: the unit was masked, or removed, while it and docker ran.
    const content = { ...docker({ unit: 'Requires=rules.service' }), ...firewall(), ...unit('rules') };

    const restartFails = async (box: HarmBox, why: string): Promise<void> => {
      await box.run('systemctl daemon-reload && systemctl reset-failed');
      expect((await box.attempt('systemctl restart iptables')).stderr).toContain(why);
      expect(await box.state('docker')).toBe('active');
    };

    inBox('a restart of the firewall fails, with requires', content, bothEnabled, async (box) => {
      await box.bootPatched(...REQUIRES);
      await box.run(`mv ${UNITS}/rules.service /tmp && ln -s /dev/null ${UNITS}/rules.service`);
      await restartFails(box, 'rules.service is masked');
      await box.run(`rm ${UNITS}/rules.service`);
      await restartFails(box, 'rules.service not found');
    });

    inBox('and with part-of', content, bothEnabled, async (box) => {
      await box.bootPatched(...PART_OF);
      await box.run(`mv ${UNITS}/rules.service /tmp && ln -s /dev/null ${UNITS}/rules.service`);
      await restartFails(box, 'rules.service is masked');
      expect(await box.refusals(...PART_OF)).toEqual(['cannot-start']);
    });

    inBox('and where docker.service got a second ExecStart=', content, bothEnabled, async (box) => {
      await box.bootPatched(...REQUIRES);
      const second = `${UNITS}/docker.service.d/second.conf`;
      await box.run(`printf '[Service]\\nExecStart=sleep infinity\\n' >${second}`);
      await restartFails(box, 'docker.service has a bad unit file setting');
    });
  });

  describe('followed-missing', () => {
    inBox('docker does not start', docker(), ['docker'], async (box) => {
      expect(await box.refusals(...REQUIRES)).toEqual(['followed-missing']);
      await box.bootPatched(...REQUIRES);
      // Before 257 a boot passes over what does not exist, but a start by hand never did.
      expect(await box.state('docker')).toBe(suite === 'bookworm' ? 'active' : 'inactive');
      await box.run('systemctl stop docker');
      expect((await box.attempt('systemctl start docker')).stderr).toContain('iptables.service not found');
    });

    inBox(
      'part-of: docker starts, and follows nothing, which is refused too',
      docker(),
      ['docker'],
      async (box) => {
        expect(await box.refusals(...PART_OF)).toEqual(['followed-missing']);
        await box.bootPatched(...PART_OF);
        expect(await box.state('docker')).toBe('active');
      },
    );
  });

  describe.each([
    ['followed-masked', 'ln -s /dev/null'],
    ['followed-empty', 'touch'],
  ])('%s', (code, mask) => {
    inBox('requires: docker does not start', docker(), ['docker'], async (box) => {
      await box.run(`${mask} /etc/systemd/system/iptables.service`);
      expect(await box.refusals(...REQUIRES)).toEqual([code]);
      await box.bootPatched(...REQUIRES);
      // Seen on 252: a boot passes over what is masked and wanted by nobody else, as over what is missing.
      expect(await box.state('docker')).toBe(suite === 'bookworm' ? 'active' : 'inactive');
      await box.run('systemctl stop docker');
      expect((await box.attempt('systemctl start docker')).stderr).toContain('iptables.service is masked');
    });

    inBox('part-of: docker starts', docker(), ['docker'], async (box) => {
      await box.run(`${mask} /etc/systemd/system/iptables.service`);
      expect(await box.refusals(...PART_OF)).toEqual([code]);
      await box.bootPatched(...PART_OF);
      expect(await box.state('docker')).toBe('active');
    });
  });

  describe('a firewall that fails, which no file shows', () => {
    const content = { ...docker(), ...firewall({ service: 'ExecStart=false' }) };

    for (const [relation, args, state] of [
      ['requires: docker stays down', REQUIRES, 'inactive'],
      ['part-of: docker starts', PART_OF, 'active'],
    ] as const) {
      inBox(relation, content, bothEnabled, async (box) => {
        await box.bootPatched(...args);
        expect([await box.state('iptables'), await box.state('docker')]).toEqual(['failed', state]);
      });
    }
  });

  describe('followed-asserts', () => {
    const rules = '/etc/sysconfig/iptables';
    const content = { ...docker(), ...firewall({ unit: `AssertPathExists=${rules}` }) };

    inBox('without the file docker stays down', content, bothEnabled, async (box) => {
      expect(await box.refusals(...REQUIRES)).toEqual(['followed-asserts']);
      await box.bootPatched(...REQUIRES);
      expect(await box.state('docker')).toBe('inactive');
    });

    inBox('with the file it is up', { ...content, [rules]: '' }, bothEnabled, async (box) => {
      expect(await box.refusals(...REQUIRES)).toEqual([]);
      await box.bootPatched(...REQUIRES);
      expect(await box.state('docker')).toBe('active');
    });

    inBox('part-of: docker is up without it', content, bothEnabled, async (box) => {
      expect(await box.refusals(...PART_OF)).toEqual([]);
      await box.bootPatched(...PART_OF);
      expect(await box.state('docker')).toBe('active');
    });
  });

  describe('followed-linked', () => {
    const content = { ...docker(), ...firewall({ name: 'netfilter-persistent' }) };
    const link = 'ln -s /etc/alternatives/iptables.service /etc/systemd/system';
    const alternative = `ln -s /etc/systemd/system/netfilter-persistent.service /etc/alternatives/iptables.service`;
    const enabled = ['docker', 'netfilter-persistent'];

    inBox('a restart of the real firewall does not reach docker', content, enabled, async (box) => {
      await box.run(`${alternative} && ${link}`);
      expect(await box.refusals(...REQUIRES)).toContain('followed-linked');
      await box.bootPatched(...REQUIRES);
      await box.starts();
      await box.run('systemctl restart netfilter-persistent');
      expect(await box.starts()).toEqual(['netfilter-persistent']);
    });

    inBox('by its real name it does', content, enabled, async (box) => {
      await box.run(`${alternative} && ${link}`);
      const real = ['--follow', 'netfilter-persistent.service'];
      expect(await box.refusals(...real)).toEqual([]);
      await box.bootPatched(...real);
      await box.starts();
      await box.run('systemctl restart netfilter-persistent');
      expect(await box.starts()).toEqual(['netfilter-persistent', 'docker']);
    });
  });
});
