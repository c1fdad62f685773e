import { describe, expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerBox } from './docker-box.js';
import { rhel } from './firewalls.js';
import { describeLab } from './generations.js';
import { bothEnabled, describeHarm, docker, firewall, type HarmBox, REQUIRES } from './harm-box.js';
import { step } from './report.js';

/** `npm run lab -- --all` tries all of them. */
const all = process.env.UNIT_PATCH_LAB_ROWS === 'all';

const WATCH = [...REQUIRES, '--relation', 'watch'];
const SERVICE = 'docker-rules';
const OURS = 'find /etc/systemd/system /usr/local/libexec -name "docker-rules*" 2>/dev/null || true';
const usual = { ...docker(), ...firewall() };

/** The messages of the watch since the boot. */
const said = (box: HarmBox): Promise<string> => box.run(`journalctl -q -u ${SERVICE} -o cat --no-pager`);

describeHarm('a watch', (inBox) => {
  /** It cannot be forced, and nothing is written. */
  async function expectNotForced(box: HarmBox, code: string): Promise<void> {
    expect(await box.refusals(...WATCH)).toEqual([code]);
    await expect(box.patch(...WATCH)).rejects.toThrow(code);
    expect(await box.run(OURS)).toBe('');
  }

  /** It ends by itself, and docker is started once. */
  async function expectEnded(box: HarmBox): Promise<void> {
    await box.boot();
    await sleep(3000);
    expect(await box.starts()).toEqual(['iptables', 'docker']);
    expect(await said(box)).toContain('docker writes no rules of iptables: nothing to watch');
    expect(await box.run(`systemctl show ${SERVICE} -p Result --value`)).toBe('success');
    expect([await box.state('docker'), await box.state(SERVICE)]).toEqual(['active', 'inactive']);
  }

  describe('watch-needs-tools', () => {
    const WITHOUT = 'rm /usr/bin/bash';

    inBox('without bash nothing is written, forced or not', usual, bothEnabled, async (box) => {
      await box.run(WITHOUT);
      await expectNotForced(box, 'watch-needs-tools');
    });

    if (all) {
      inBox('if bash is removed later, the watch fails, and docker runs', usual, bothEnabled, async (box) => {
        await box.patch(...WATCH);
        await box.run(WITHOUT);
        await box.boot();
        await sleep(3000);
        expect(await box.starts()).toEqual(['iptables', 'docker']);
        expect(await box.state('docker')).toBe('active');
        expect(await box.state(SERVICE)).not.toBe('active');
      });
    }
  });

  describe('watch-needs-iptables', () => {
    const SETTING = '{ "iptables": false }\n';
    const refused = {
      ...docker({ service: 'ExecStart=/usr/bin/dockerd -H fd://' }),
      ...firewall(),
      '/etc/docker/daemon.json': SETTING,
    };

    inBox('"iptables": false: nothing is written, forced or not', refused, bothEnabled, (box) =>
      expectNotForced(box, 'watch-needs-iptables'),
    );

    // A stand-in for dockerd; the argument is one of its own.
    const run = "ExecStart=sh -c 'while sleep 1; do :; done' dockerd --iptables=false";

    inBox('if dockerd gets --iptables=false later, the watch ends', usual, bothEnabled, async (box) => {
      await box.patch(...WATCH);
      await box.run(
        `printf '[Service]\\nExecStart=\\n%s\\n' "${run}" >/etc/systemd/system/docker.service.d/90.conf`,
      );
      await expectEnded(box);
    });

    if (all) {
      inBox('if "iptables": false is set later, the watch ends', usual, bothEnabled, async (box) => {
        await box.patch(...WATCH);
        await box.run(`mkdir -p /etc/docker && echo '${SETTING}' >/etc/docker/daemon.json`);
        await expectEnded(box);
      });
      inBox('without either it restarts a docker that has no rules', usual, bothEnabled, async (box) => {
        await box.bootPatched(...WATCH);
        await box.run(`until journalctl -q -u ${SERVICE} | grep -q 'waits for'; do sleep 0.1; done`);
        expect(await box.starts()).toEqual(['iptables', 'docker', 'docker']);
        expect(await said(box)).toContain("docker's rules are gone already: restarting docker");
      });
    }
  });

  describe('watch-swarm', () => {
    const STATE = { '/var/lib/docker/swarm/docker-state.json': '{}\n' };

    inBox('a node of a swarm is refused', { ...usual, ...STATE }, bothEnabled, async (box) => {
      expect(await box.refusals(...WATCH)).toEqual(['watch-swarm']);
    });

    inBox('a machine that is none is not', usual, bothEnabled, async (box) => {
      expect(await box.refusals(...WATCH)).toEqual([]);
    });
  });
});

// A swarm's services need more of the kernel than a box has, so the rules of one are written as docker writes them.
const INGRESS = '-p tcp --dport 9999 -j DNAT --to-destination 172.19.0.2:9999';
const PUBLISH = `
iptables -t nat -N DOCKER-INGRESS
iptables -t nat -A DOCKER-INGRESS ${INGRESS}
iptables -t nat -A DOCKER-INGRESS -j RETURN
iptables -t nat -I PREROUTING -m addrtype --dst-type LOCAL -j DOCKER-INGRESS`;
const UNPUBLISH = `iptables -t nat -D DOCKER-INGRESS ${INGRESS}`;

if (all)
  describeLab('what unit-patch refuses, done by force: a watch in a swarm', (suite) => {
    step(
      'a port of a service that docker has closed is open again',
      async () => {
        const box = await DockerBox.open(suite, rhel);
        try {
          await box.boot();
          await box.startContainer();
          await box.run('timeout 40 docker swarm init --advertise-addr 198.51.100.1');
          const refused = await box.attempt('unit-patch docker --relation watch --yes');
          expect(refused).toMatchObject({ status: 3, stderr: expect.stringContaining('[watch-swarm]') });
          await box.run('unit-patch docker --relation watch --yes --force watch-swarm');
          await box.run(`${PUBLISH}; sleep 2; ${UNPUBLISH}; sleep 6`);
          expect(await box.run('iptables -t nat -S DOCKER-INGRESS')).toContain('--dport 9999');
          return undefined;
        } finally {
          await box.close();
        }
      },
      120_000,
    );
  });
