import { afterAll, describe, expect } from '@jest/globals';
import type { Diagnosis } from '../../src/doctor/diagnose.js';
import { type Firewall, firewalld, netfilterPersistent, nftables, rhel } from './firewalls.js';
import { describeLab } from './generations.js';
import { Story } from './story.js';
import { step, printLine } from './report.js';

/** The expected words of doctor about a state of the box. */
interface Expected {
  readonly status: 0 | 1 | 2;
  readonly state: Diagnosis['state'];
  readonly cause?: string;
  /** a rule or a sentence that it names */
  readonly says?: string;
  /** the commands that it offers */
  readonly cures?: readonly string[];
}

const MASQUERADE = '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE';
const HEALTHY = { status: 1, state: 'healthy' } as const;
const PROTECTED = { status: 0, state: 'healthy' } as const;
const LOST = { status: 1, state: 'broken', says: MASQUERADE } as const;
const HEAL = 'systemctl restart docker.service';
const DAEMON_JSON = '/etc/docker/daemon.json';

const option = (name: string): string => `-o com.docker.network.bridge.${name}`;
const NETWORKS = [
  'docker network create mine',
  'docker network create --internal inside',
  `docker network create ${option('name=named')} ${option('enable_icc=false')} apart`,
  `docker network create ${option('enable_ip_masquerade=false')} plain`,
  'docker network create --ipv6 --subnet fd00:1::/64 six',
  'docker network connect mine probe',
].join(' && ');

/** How long an answer may be left out that is only given if it comes soon, in milliseconds. */
const PATIENCE = 120_000;

describeLab('doctor', (suite) => {
  const rows: string[][] = [['box', 'what was done', 'status', 'state', 'rules gone', 'cause']];
  afterAll(() => {
    const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
    const lines = rows.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  '));
    printLine(`\n${suite}\n${lines.map((line) => line.trimEnd()).join('\n')}`);
  });

  /** A step: something is done in the box, and doctor says what came of it. */
  function state(story: Story, box: string, done: string, script: string, expected: Expected): void {
    step(`${done}: ${expected.state}`, async () => {
      await story.box.attempt(`systemctl reset-failed docker.service docker.socket; ${script}`);
      if (!done.includes('…')) await story.box.settle();
      const { status, stdout, stderr } = await story.box.attempt('unit-patch doctor docker --json');
      expect(stderr).toBe('');
      const { text, state, rules, causes, symptoms, cures } = JSON.parse(stdout) as Diagnosis;
      const codes = causes.map(({ code, unit }) => (unit === null ? code : `${code} ${unit}`)).join(', ');
      rows.push([box, done, String(status), state, `${rules.missing} of ${rules.needed}`, codes]);
      expect({ status, state, codes }).toEqual({
        status: expected.status,
        state: expected.state,
        codes: expected.cause ?? '',
      });
      expect(JSON.stringify({ text, symptoms, causes, cures })).toContain(expected.says ?? '');
      if (expected.cures) expect(cures.map(({ command }) => command)).toEqual(expected.cures);
      return undefined;
    });
  }

  /** What a command prints about the rules in force; it does without if asking takes longer than two seconds. */
  async function said(story: Story, command: string, expected: RegExp, undo?: string): Promise<string> {
    let text = '';
    for (const until = Date.now() + PATIENCE; Date.now() < until && !expected.test(text);) {
      if (text !== '') await story.box.run(undo === undefined ? 'sleep 1' : `unit-patch ${undo} && sleep 1`);
      const { stdout, stderr } = await story.box.attempt(`unit-patch ${command}`);
      text = stderr + stdout;
    }
    expect(text).toMatch(expected);
    return text;
  }

  describe('iptables.service', () => {
    const story = new Story(suite, rhel).around('doctor beside iptables.service');
    const at = state.bind(undefined, story, 'iptables');
    const firewall = 'firewall iptables.service';

    at('nothing', 'true', HEALTHY);
    at('networks of all kinds', NETWORKS, HEALTHY);
    at('systemctl restart iptables', 'systemctl restart iptables', { ...LOST, cause: firewall });
    step('… by what, as the journal has it', async () => {
      const { box } = story;
      await box.run('systemd-run --quiet --wait systemctl restart iptables');
      const { causes } = JSON.parse(
        (await box.attempt('unit-patch doctor docker --json')).stdout,
      ) as Diagnosis;
      expect(causes[0]?.text).toMatch(
        /, by systemd: systemctl restart iptables\.service \(says the journal\)$/,
      );
      return causes[0]?.text;
    });

    at('… the published port', 'true', {
      ...LOST,
      cause: firewall,
      says: 'port 8080 of probe: answers only through',
    });
    at('… the network of a user', 'true', {
      ...LOST,
      cause: firewall,
      says: 'containers on apart, bridge, mine, six',
    });
    step(
      '… is said by the other commands, too',
      async () => {
        await said(story, 'docker --dry-run', /^! (\d+) of Docker's \1 rules are missing right now\./m);
        const text = await said(
          story,
          'check docker',
          /rules are missing now: sudo systemctl restart docker\n$/,
        );
        return text.trim();
      },
      3 * PATIENCE,
    );

    at('systemctl restart docker', 'systemctl restart docker', HEALTHY);
    step(
      '… and that they are back',
      async () => {
        const inForce = /^All of Docker's \d+ rules are in force\.$/m;
        const [write, revert] = ['docker --yes', 'revert docker --yes'];
        await said(story, write, inForce, revert);
        await said(story, revert, inForce, write);
        return undefined;
      },
      3 * PATIENCE,
    );

    at('unit-patch docker', 'unit-patch docker --yes', PROTECTED);
    at('systemctl restart iptables, patched', 'systemctl restart iptables', PROTECTED);
    // Docker is protected, and that covers no reload.
    at('systemctl reload iptables', 'systemctl reload iptables', {
      ...LOST,
      cause: firewall,
      cures: [HEAL, 'unit-patch docker --relation hook'],
    });
    const again = 'systemctl restart docker && ';
    at('iptables -F by hand', `${again} iptables -F && iptables -t nat -F`, {
      ...LOST,
      cause: 'outside-systemd',
      cures: [HEAL, 'unit-patch docker --relation watch'],
    });
    at('… and no drop-in is promised to have kept it', 'true', {
      ...LOST,
      cause: 'outside-systemd',
      says: 'no dependency between units would have caught such a change',
    });

    step('what was saved gives the same answer', async () => {
      const { box } = story;
      const live = await box.attempt('unit-patch doctor docker --save /tmp/saved');
      const files = await box.attempt('unit-patch doctor docker --from /tmp/saved');
      expect(files).toMatchObject({ status: 1, stdout: live.stdout, stderr: '' });
      expect(await box.run('cat /tmp/saved/*')).not.toMatch(/serve\.pl|PATH=|secret/);
      return undefined;
    });

    at('one rule by hand', `${again} iptables -t nat ${MASQUERADE.replace('-A', '-D')}`, {
      ...LOST,
      cause: 'outside-systemd',
    });
    at('dockerd hangs …', `${again} kill -STOP $(pidof dockerd)`, { status: 2, state: 'unknown' });
    at('dockerd hangs, and its rules are gone …', 'iptables -F && iptables -t nat -F', {
      ...LOST,
      cause: 'outside-systemd',
    });
    const stop = 'kill -CONT $(pidof dockerd); systemctl stop docker docker.socket';
    at('docker stopped', stop, { status: 1, state: 'down', cause: 'docker-stopped' });
    at('systemctl stop iptables', 'systemctl start docker.socket docker && systemctl stop iptables', {
      status: 1,
      state: 'down',
      cause: 'stopped-along iptables.service',
    });

    step('doctor has not started what it looked at', async () => {
      expect((await story.box.attempt('systemctl is-active docker iptables')).stdout).toBe(
        'inactive\ninactive\n',
      );
      return undefined;
    });

    at('docker restarted too often', 'for i in 1 2 3 4 5; do systemctl restart docker; done', {
      status: 1,
      state: 'down',
      cause: 'start-limit',
    });
  });

  describe('a firewall that is turned off', () => {
    const story = new Story(suite, rhel).around('doctor after systemctl disable and stop');
    const at = state.bind(undefined, story, 'iptables');
    const cause = 'firewall iptables.service';
    at('systemctl disable and stop', 'systemctl disable iptables && systemctl stop iptables', {
      ...LOST,
      cause,
    });

    step('systemd has forgotten when; the journal has it', async () => {
      const times =
        'systemctl show iptables.service -p ActiveExitTimestamp -p InactiveEnterTimestamp --value';
      expect((await story.box.run(times)).trim()).toBe('');
      const { causes } = JSON.parse(
        (await story.box.attempt('unit-patch doctor docker --json')).stdout,
      ) as Diagnosis;
      expect(causes[0]?.text).toContain('iptables.service was stopped at ');
      return causes[0]?.text;
    });

    const forged =
      "printf 'MESSAGE_ID=9d1aaa27d60140bd96365438aad20286\\nUNIT=iptables.service\\n_PID=1\\nMESSAGE=Stopped iptables.service\\n' | logger --journald";
    at(
      'a message that some process has forged',
      `systemctl restart docker && ${forged} && journalctl --sync && iptables -F && iptables -t nat -F`,
      { ...LOST, cause: 'outside-systemd' },
    );
  });

  const others: readonly Firewall[] = [netfilterPersistent, nftables];
  describe.each(others.map((one) => [one.unit, one] as const))('%s', (name, firewall) => {
    const story = new Story(suite, firewall).around(`doctor beside ${name}`);
    const at = state.bind(undefined, story, name.replace('.service', ''));
    at('nothing', 'true', HEALTHY);
    at(`systemctl restart ${name}`, `systemctl restart ${name}`, { ...LOST, cause: `firewall ${name}` });
    at(
      'unit-patch docker, both restarted',
      `unit-patch docker --yes && systemctl restart ${name}`,
      PROTECTED,
    );
    if (firewall === nftables)
      at('nft flush ruleset', 'nft flush ruleset', { ...LOST, cause: 'outside-systemd' });
  });

  describe('if docker needs nothing', () => {
    const beside = new Story(suite, firewalld).around('doctor beside firewalld');
    state(beside, 'firewalld', 'nothing', 'true', PROTECTED);
  });

  describe('if docker writes no rules', () => {
    const story = new Story(suite, rhel).around('doctor, "iptables": false', (box) =>
      box.box.write(DAEMON_JSON, '{"iptables": false}\n'),
    );
    state(story, 'iptables', '"iptables": false', 'true', { status: 0, state: 'off', says: DAEMON_JSON });
    const podman = '[Socket]\\nListenStream=/run/podman.sock\\n';
    state(
      story,
      'podman',
      'podman, and no docker',
      'systemctl stop docker.socket docker && rm -f /etc/init.d/docker /usr/lib/systemd/system/docker.* /etc/systemd/system/*/docker.* && ' +
        `printf '${podman}' >/etc/systemd/system/podman.socket && printf '[Service]\\nExecStart=true\\n' ` +
        '>/etc/systemd/system/podman.service && systemctl daemon-reload',
      { status: 2, state: 'unknown', says: 'podman network reload --all' },
    );
  });
});
