import { describe, expect, test } from '@jest/globals';
import { askMachine, type DockerSetup } from '../../src/docker/ask-machine.js';
import { readEvidence } from '../../src/docker/read-evidence.js';
import { type Proof, proofOf } from '../../src/prove/proof.js';
import { snapshotOf } from '../../src/prove/snapshot.js';
import { invocationOf, startsOf, watchRestart } from '../../src/prove/watch.js';
import { container, FLUSHED, RULES } from '../doctor/fake-machine.js';
import {
  FakeWatchedMachine,
  changed,
  type MachineState,
  type Schedule,
  NEW,
  OLD,
  type Restart,
} from './fake-watched-machine.js';

const PROTECTED = { state: 'protected', follow: 'iptables.service', text: 'in force' } as const;
const UNPROTECTED = { state: 'unprotected', follow: 'iptables.service', text: 'missing: Requires=' } as const;
const DOWN = changed('docker.service', '', 'inactive', { ActiveExit: 10, InactiveEnter: 100 });
const STARTING = changed('docker.service', 'new', 'activating', { InactiveExit: 300 });
const probe = { probe: { address: '192.0.2.1', port: 8080 }, text: 'port 8080 of web' };

/** The result of a restart on a fake machine. */
async function proved(
  protection: DockerSetup['protection'],
  course: Schedule,
  how?: Restart,
  before: MachineState = {},
): Promise<{ proof: Proof; machine: FakeWatchedMachine; took: number }> {
  const machine = new FakeWatchedMachine(before, course, how);
  const daemon = {
    writesRules: true,
    saidBy: '',
    keepsContainers: false,
    ip6tables: null,
    usesNftables: false,
    usesProxy: true,
  };
  const setup: DockerSetup = { unit: 'docker.service', firewalls: ['iptables.service'], daemon, protection };
  const evidence = readEvidence(await askMachine(machine, setup, new Date(0)));
  const snapshot = snapshotOf(evidence);
  const isPutBack = protection.watch?.heal === 'put-back';
  const mustRestart = protection.state === 'protected' && !isPutBack;
  const startsBefore = isPutBack ? startsOf(evidence.containers) : undefined;
  const follow = 'iptables.service';
  const aim = {
    setup,
    follow,
    before: snapshot,
    invocation: 'old',
    mustRestart,
    isPutBack,
    probe: probe.probe,
    timeoutMs: 60_000,
  };
  const run = await watchRestart(machine, aim, () => undefined);
  const shared = { unit: setup.unit, follow, mustRestart, startsBefore, protection, before: snapshot, probe };
  const proof = proofOf({ ...shared, course: run, diagnosis: null, said: [] });
  return { proof, machine, took: (run.ended - run.began) / 1000 };
}

/** docker goes down and comes back with the firewall. */
const WITH_DOCKER: Schedule = {
  20: { docker: DOWN, answers: false, rules: FLUSHED, containers: '' },
  300: { docker: STARTING },
  900: { docker: NEW, rules: RULES, containers: container() },
  1200: { answers: true },
};

describe('docker whose rules are watched', () => {
  const WATCHED = { ...PROTECTED, watch: { service: 'docker-rules.service', heal: 'put-back' } } as const;

  test('stays up: its rules come back by themselves, and the proof holds', async () => {
    const { proof, took } = await proved(WATCHED, { 20: { rules: FLUSHED }, 400: { rules: RULES } });
    expect(proof).toMatchObject({ holds: true, reasons: [] });
    expect(took).toBeLessThan(3000);
  });

  test('must not be restarted: that is what the watch is for', async () => {
    const { proof } = await proved(WATCHED, WITH_DOCKER);
    expect(proof.holds).toBe(false);
    expect(proof.reasons).toMatchObject([{ code: 'restarted' }]);
    expect(proof.reasons[0]?.text).toContain('docker-rules.service should have put the rules back');
  });

  test('may have to wait for them: a watch on a busy machine takes seconds, and the proof says how many', async () => {
    const { proof } = await proved(WATCHED, { 20: { rules: FLUSHED }, 9000: { rules: RULES } });
    expect(proof).toMatchObject({ holds: true, reasons: [] });
    expect(proof.text).toMatch(/after 9(?:\.\d)? s$/);
  });

  test('has to have them within 15 s: else the watch is what has not done its work', async () => {
    const { proof } = await proved(WATCHED, { 20: { rules: FLUSHED }, 20_000: { rules: RULES } });
    const text =
      "18 of docker's rules did not come back, though docker-rules.service should have put the rules back";
    expect(proof.reasons).toEqual([{ code: 'rules-missing', text }]);
  });

  test('must be restarted if that is how the watch heals', async () => {
    const restarts = { ...PROTECTED, watch: { service: 'docker-rules.service', heal: 'restart' } } as const;
    expect((await proved(restarts, WITH_DOCKER)).proof.holds).toBe(true);
  });
});

describe('docker that follows its firewall', () => {
  test('comes back: the proof holds, and says how long nobody answered', async () => {
    const { proof, machine, took } = await proved(PROTECTED, WITH_DOCKER);
    expect(proof).toMatchObject({ schema: 'unit-patch/prove@1', holds: true, reasons: [] });
    expect(machine.restarted).toEqual(['iptables.service']);
    expect(proof.outage.milliseconds).toBeGreaterThan(1150);
    expect(proof.outage.milliseconds).toBeLessThan(1250);
    expect(proof.outage.text).toMatch(/^\d+ ms, by port 8080 of web$/);
    expect(took).toBeLessThan(3000);
  });

  test('the timeline is in the order of time, and begins with the restart', async () => {
    const { proof } = await proved(PROTECTED, WITH_DOCKER);
    expect(proof.timeline[0]).toEqual({ milliseconds: 0, text: 'systemctl restart iptables.service' });
    const times = proof.timeline.map(({ milliseconds }) => milliseconds);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(proof.timeline.map(({ text }) => text)).toEqual(
      expect.arrayContaining(['docker.service is down', 'docker.service is up', 'the first answer after it']),
    );
  });

  test('docker is not asked while it is down: that would start it', async () => {
    const { machine } = await proved(PROTECTED, { 20: { docker: DOWN, answers: false } });
    const since = machine.asked.slice(
      machine.asked.findIndex((one) => one.includes('-- docker.service iptables')),
    );
    expect(since.filter((one) => one.startsWith('docker '))).toEqual([]);
  });

  test('one that stays down is not waited for to the end', async () => {
    const failed = changed('docker.service', '', 'failed', { InactiveEnter: 500 });
    const course = {
      20: { docker: DOWN, answers: false },
      500: { docker: `${failed}Result=start-limit-hit\n` },
    };
    const { proof, took } = await proved(PROTECTED, course);
    expect(proof.reasons).toEqual([
      { code: 'docker-down', text: 'docker.service is failed (start-limit-hit)' },
    ]);
    expect(proof.outage).toMatchObject({ isOver: false });
    expect(took).toBeLessThan(5000);
  });

  test('one that is about to be started is waited for', async () => {
    const late: Schedule = {
      ...WITH_DOCKER,
      900: {},
      1200: {},
      20_000: { ...WITH_DOCKER[900], answers: true },
    };
    expect((await proved(PROTECTED, late)).proof.holds).toBe(true);
  });

  test('but not for ever', async () => {
    const { proof, took } = await proved(PROTECTED, { 20: { docker: STARTING, answers: false } });
    expect(proof.reasons.map(({ code }) => code)).toEqual(['docker-down']);
    expect(took).toBeLessThan(61_000);
  });

  test('a firewall that fails is the first reason', async () => {
    const how = {
      takes: 200,
      status: 1,
      stderr: 'Job for iptables.service failed.\nSee "systemctl status".\n',
    };
    const { proof } = await proved(PROTECTED, { 20: { docker: DOWN } }, how);
    expect(proof.reasons).toEqual([
      {
        code: 'firewall-failed',
        text: 'iptables.service did not come back: Job for iptables.service failed.',
      },
      { code: 'docker-down', text: 'docker.service is inactive' },
    ]);
  });

  test('systemd may not do what the files say', async () => {
    const { proof } = await proved(PROTECTED, { 20: { rules: FLUSHED } });
    expect(proof.reasons.map(({ code }) => code)).toEqual(['not-restarted', 'rules-missing']);
  });

  test('rules that do not come back are listed', async () => {
    const course = {
      ...WITH_DOCKER,
      900: { ...WITH_DOCKER[900], rules: RULES.replace(/^-A POSTROUTING.*\n/m, '') },
    };
    const { proof } = await proved(PROTECTED, course);
    expect(proof.reasons.map(({ code }) => code)).toEqual(['rules-missing']);
    expect(proof.rules.missing).toEqual([
      'iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE',
    ]);
  });

  test('a container that dies as soon as it is started does not count', async () => {
    const again = { containers: container({ state: 'restarting' }) };
    const { proof } = await proved(PROTECTED, { ...WITH_DOCKER, 1300: again });
    expect(proof.reasons.map(({ code }) => code)).toEqual(['containers-missing']);
  });

  test('nor one that is seen running, but was started again meanwhile', async () => {
    const starts = [1000, 1700, 2400, 3100, 3800, 4500].map(
      (at) => [at, { containers: container({ startedAt: `at ${at}` }) }] as const,
    );
    const { took } = await proved(PROTECTED, { ...WITH_DOCKER, ...Object.fromEntries(starts) });
    expect(took).toBeGreaterThan(5500);
  });

  test('nor one that dies while docker is slow to answer', async () => {
    const course = {
      ...WITH_DOCKER,
      950: { inspectTakes: 1200 },
      1150: { containers: container({ state: 'restarting' }) },
    };
    const { proof } = await proved(PROTECTED, course);
    expect(proof.reasons.map(({ code }) => code)).toEqual(['containers-missing']);
  });

  test('a probe that nobody answers any more is a reason of its own', async () => {
    const { proof } = await proved(PROTECTED, { ...WITH_DOCKER, 1200: {} });
    expect(proof.reasons.map(({ code }) => code)).toEqual(['no-answer']);
    expect(proof.outage.text).toContain('and it goes on');
  });
});

describe('a docker that does not follow', () => {
  test('loses its rules, and why is said; that the port answers proves nothing', async () => {
    const { proof, took } = await proved(UNPROTECTED, { 20: { rules: FLUSHED } });
    expect(proof.reasons.map(({ code }) => code)).toEqual(['rules-missing']);
    expect(proof.text).toContain('docker.service does not follow iptables.service (missing: Requires=)');
    expect(proof.outage).toMatchObject({
      milliseconds: 0,
      text: expect.stringContaining('docker-proxy answers'),
    });
    expect(took).toBeLessThan(5000);
  });

  test('may need nothing: its rules are there again by themselves', async () => {
    const { proof } = await proved(UNPROTECTED, {
      20: { rules: FLUSHED },
      1500: { rules: RULES, docker: OLD },
    });
    expect(proof).toMatchObject({
      holds: true,
      outage: { milliseconds: 0, text: 'none, by port 8080 of web' },
    });
  });
});

describe('invocationOf', () => {
  test('systemd before 232 has no ids, so the time of the start has to do', () => {
    const started = 'Sat 2026-11-28 10:00:00 UTC';
    expect(invocationOf({ InvocationID: 'abc', ExecMainStartTimestamp: started })).toBe('abc');
    expect(invocationOf({ ExecMainStartTimestamp: started })).toBe(started);
    expect(invocationOf({ InvocationID: '', ExecMainStartTimestamp: started })).toBe('');
    expect(invocationOf({})).toBe('');
  });
});
