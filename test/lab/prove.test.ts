import { describe, expect } from '@jest/globals';
import type { Proof } from '../../src/prove/proof.js';
import { SERVE } from './docker-box.js';
import { rhel } from './firewalls.js';
import { describeLab } from './generations.js';
import { Story } from './story.js';
import { step } from './report.js';
import { askingText, WORLD, WORLD_PORT } from './world.js';

const NO_LIMIT = '[Unit]\nStartLimitIntervalSec=0\n';
const limitOf = (seconds: number): string => `[Unit]\nStartLimitIntervalSec=${seconds}\nStartLimitBurst=3\n`;
const LIMIT = '/etc/systemd/system/docker.service.d/60-limit.conf';
const RULES = '/etc/sysconfig/iptables';

/** What prove said, and its exit status. */
interface Proved {
  readonly status: number;
  readonly proof: Proof;
  readonly codes: readonly string[];
}

describeLab('prove', (suite) => {
  describe('beside iptables.service', () => {
    const story = new Story(suite, rhel).around('prove beside iptables.service', async ({ box }) => {
      await box.write(LIMIT, NO_LIMIT);
      await box.write('/etc/systemd/system/iptables.service.d/limit.conf', NO_LIMIT);
    });

    async function prove(options = ''): Promise<Proved> {
      const { status, stdout, stderr } = await story.box.attempt(
        `unit-patch prove docker --yes --json ${options}`,
      );
      if (!stdout.startsWith('{')) throw new Error(`prove ends with ${status}: ${stdout}${stderr}`);
      const proof = JSON.parse(stdout) as Proof;
      return { status, proof, codes: proof.reasons.map(({ code }) => code) };
    }

    /** Proves while the world asks the published port every 20 ms, too. */
    async function proveAndWatch(): Promise<string> {
      const end = await story.box.watchFromWorld();
      const { status, proof } = await prove();
      const seen = await end();
      expect({ status, holds: proof.holds, reasons: proof.reasons }).toEqual({
        status: 0,
        holds: true,
        reasons: [],
      });
      expect(proof.rules).toMatchObject({ missing: [] });
      expect(proof.rules.before).toBeGreaterThan(10);
      const said = proof.outage.milliseconds ?? 0;
      expect(said).toBeGreaterThan(0.8 * seen);
      expect(said).toBeLessThan(1.2 * seen);
      return `the outage is ${said} ms by prove, ${seen} ms by the world's own loop`;
    }

    step('unpatched: the rules are gone, and it says why', async () => {
      const { status, proof, codes } = await prove();
      expect({ status, codes }).toEqual({ status: 1, codes: ['rules-missing'] });
      expect(proof.text).toContain('docker.service does not follow iptables.service (missing: Requires=');
      expect(proof.outage.text).toContain('which proves nothing: docker-proxy answers');
      expect(proof.diagnosis?.cures.map(({ command }) => command)).toEqual([
        'systemctl restart docker.service',
        'unit-patch docker',
        'unit-patch prove docker',
      ]);
      await story.restartDocker();
      return proof.text;
    });

    step('unpatched, by the container itself: it goes on', async () => {
      const ask = `docker exec probe ${askingText(WORLD, WORLD_PORT)}`;
      const { status, proof } = await prove(`--probe '${ask.replaceAll("'", "'\\''")}'`);
      expect({ status, isOver: proof.outage.isOver }).toEqual({ status: 1, isOver: false });
      await story.restartDocker();
      return proof.outage.text;
    });

    step('with --relation part-of it is proved', async () => {
      await story.box.run('unit-patch docker --relation part-of --yes');
      return proveAndWatch();
    });

    step('with --relation requires it is proved', async () => {
      await story.box.run('unit-patch revert docker --yes && unit-patch docker --yes');
      return proveAndWatch();
    });

    step('for a person it is a timeline', async () => {
      const { status, stdout, stderr } = await story.box.attempt('unit-patch prove docker --yes');
      expect({ status, stderr }).toMatchObject({ status: 0 });
      expect(stdout).toMatch(/^proved: docker.service came through a restart of iptables.service/);
      const order = [
        'systemctl restart',
        'docker.service is down',
        'iptables.service is up',
        'docker.service is up',
      ];
      const places = order.map((what) => stdout.indexOf(what));
      expect(places).toEqual(places.filter((place) => place > 0).sort((a, b) => a - b));
      return `\n${stderr}${stdout}`;
    });

    step('more containers and networks: their addresses may change, their rules are the same', async () => {
      const image = `-v /usr:/usr:ro probe:1 ${SERVE} 80`;
      await story.box.run('docker network create mine');
      for (const [at, options] of [
        '--restart always',
        '--restart on-failure',
        '--net mine --restart always',
        '',
      ].entries())
        await story.box.run(`docker run -d --name c${at} ${options} -p ${8090 + at}:80 ${image}`);
      const { status, proof } = await prove();
      expect({ status, reasons: proof.reasons }).toEqual({ status: 0, reasons: [] });
      expect(proof.containers).toMatchObject({ before: 5, running: 3, missing: [], stayDown: ['c1', 'c3'] });
      expect(proof.containers.text).toContain(
        '3 of 5; c3 has no restart policy and stays down: docker start c3; c1 ended with 0 (on-failure)',
      );
      const running = await story.box.run("docker ps --format '{{.Names}}'");
      expect(running.trim().split('\n').sort()).toEqual(['c0', 'c2', 'probe']);
      return `${proof.rules.text}; ${proof.containers.text}`;
    });

    step('a container that does not come back is named', async () => {
      await story.box.run(
        'docker rm -f c0 c1 c2 c3 && mkdir -p /tmp/once && cp /usr/bin/sleep /tmp/once/program',
      );
      const image = '-v /usr:/usr:ro -v /tmp/once:/once probe:1 /once/program 1000';
      await story.box.run(`docker run -d --name dies --restart always ${image}`);
      // One that starts and dies may be up for more than the second that counts, if the machine is busy.
      await story.box.run('rm /tmp/once/program');
      const { status, proof, codes } = await prove('--timeout 30');
      expect({ status, codes }).toEqual({ status: 1, codes: ['containers-missing'] });
      expect(proof.containers.missing).toEqual(['dies']);
      await story.box.run('docker rm -f dies');
      return proof.text;
    });

    step(
      'a firewall that does not come back leaves docker down, and it says how to get it running',
      async () => {
        await story.box.run(`cp ${RULES} /tmp/rules && echo nonsense >${RULES}`);
        const { status, proof, codes } = await prove();
        expect({ status, codes }).toEqual({ status: 1, codes: ['firewall-failed', 'docker-down'] });
        expect(proof.diagnosis).toMatchObject({ state: 'down', causes: [{ code: 'dependency' }] });
        expect(proof.diagnosis?.cures[0]?.command).toBe('systemctl start iptables.service docker.service');
        await story.box.run(`cp /tmp/rules ${RULES} && systemctl start iptables docker`);
        await story.box.untilAnswering();
        return proof.text;
      },
    );

    step('what is not as it should be is not tried', async () => {
      await story.box.run('iptables -t nat -F');
      const { status, stderr } = await story.box.attempt('unit-patch prove docker --yes');
      expect({ status, stderr }).toMatchObject({ status: 2 });
      expect(stderr).toContain('docker.service is not as it should be');
      await story.restartDocker();
      return stderr.trim();
    });

    step('a start limit that would trip is not tripped', async () => {
      await story.box.box.write(LIMIT, limitOf(120));
      await story.box.run('systemctl daemon-reload && for i in 1 2 3; do systemctl restart docker; done');
      const before = await story.box.invocation();
      const { status, stderr } = await story.box.attempt('unit-patch prove docker --yes');
      expect({ status, stderr }).toMatchObject({ status: 3 });
      expect(stderr).toContain('docker.service was started 3 times within 120 s');
      expect(await story.box.invocation()).toBe(before);
      return stderr.trim();
    });

    step('unless it is to wait', async () => {
      await story.box.box.write(LIMIT, limitOf(20));
      await story.box.run('systemctl daemon-reload');
      const start = Date.now();
      const { status, proof } = await prove('--wait');
      expect({ status, reasons: proof.reasons }).toEqual({ status: 0, reasons: [] });
      return `it waited, and was done after ${Date.now() - start} ms`;
    });

    step('a daemon that hangs is not waited for', async () => {
      await story.box.run('kill -STOP $(pidof dockerd)');
      const { status, stderr } = await story.box.attempt('unit-patch prove docker --yes');
      expect({ status, stderr }).toMatchObject({ status: 2 });
      expect(stderr).toContain('the daemon does not answer');
      await story.box.run('kill -CONT $(pidof dockerd)');
      return stderr.trim();
    });

    step('a docker that is down is not started', async () => {
      await story.box.run('systemctl stop docker.socket docker');
      const { status, stderr } = await story.box.attempt('unit-patch prove docker --yes');
      expect({ status, stderr }).toMatchObject({ status: 2 });
      expect((await story.box.attempt('systemctl is-active docker')).stdout).toBe('inactive\n');
      return stderr.trim();
    });
  });
});
