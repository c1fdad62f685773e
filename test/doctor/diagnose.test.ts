import { describe, expect, test } from '@jest/globals';
import { type Diagnosis, statusOf } from '../../src/doctor/diagnose.js';
import {
  fakeMachine,
  clock,
  container,
  diagnosisOf,
  FLUSHED,
  network,
  RULES,
  RULES_28,
  unit,
} from './fake-machine.js';

const MASQUERADE = '-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE';
const PROTECTED = { state: 'protected', text: 'in force' } as const;

const without = (rule: string): string => RULES.replace(`${rule}\n`, '');
const codes = ({ symptoms }: Diagnosis): string[] => symptoms.map(({ code }) => code);
const causes = (diagnosis: Diagnosis): string[] => diagnosis.causes.map(({ code }) => code);
const commands = ({ cures }: Diagnosis): string[] => cures.map(({ command }) => command);

describe('nothing is wrong', () => {
  test('healthy, but unprotected, is something to do', async () => {
    const diagnosis = await diagnosisOf();
    expect(diagnosis).toMatchObject({ state: 'healthy', rules: { missing: 0 } });
    expect(commands(diagnosis)).toEqual(['unit-patch docker', 'unit-patch prove docker']);
    expect(statusOf(diagnosis)).toBe(1);
  });

  test.each(['protected', 'not-needed', 'no-firewall'] as const)(
    'healthy and %s is nothing to do',
    async (state) => {
      const diagnosis = await diagnosisOf({ protection: { state } });
      expect(commands(diagnosis)).toEqual([]);
      expect(statusOf(diagnosis)).toBe(0);
    },
  );

  test("docker 28's rules are as good", async () => {
    expect(await diagnosisOf({ rules: RULES_28, version: '28.5.1' })).toMatchObject({ state: 'healthy' });
  });

  test('a dockerd that is configured to write no rules misses none', async () => {
    const diagnosis = await diagnosisOf({ rules: '', daemon: { writesRules: false } });
    expect(diagnosis).toMatchObject({ state: 'off', symptoms: [] });
    expect(statusOf(diagnosis)).toBe(0);
  });

  test.each([
    [
      'an internal network has no way out to lose',
      { name: 'in', internal: true, bridge: 'br-in', icc: 'false' },
    ],
    ['a network of another driver has no rules', { name: 'mac', driver: 'macvlan', bridge: 'br-in' }],
  ])('%s', async (_, more) => {
    const rules = RULES.replace('COMMIT', '-A FORWARD -i br-in -o br-in -j DROP\nCOMMIT');
    expect((await diagnosisOf({ rules, networks: network() + network(more) })).state).toBe('healthy');
  });
});

describe('what is missing, and what it means', () => {
  test('the masquerade rule of the outage', async () => {
    const diagnosis = await diagnosisOf({ rules: without(MASQUERADE) });
    expect(diagnosis.symptoms).toEqual([
      {
        code: 'way-out',
        text: 'containers on bridge cannot reach beyond this machine',
        missing: [`iptables -t nat ${MASQUERADE}`],
      },
    ]);
    expect(statusOf(diagnosis)).toBe(1);
  });

  test('a network that does not masquerade, or is routed to, does not miss it', async () => {
    const rules = without(MASQUERADE);
    expect((await diagnosisOf({ rules, networks: network({ masquerade: 'false' }) })).state).toBe('healthy');
    const routed = { networks: network({ gatewayMode: 'routed' }), containers: container({ ports: {} }) };
    expect((await diagnosisOf({ rules, ...routed })).state).toBe('healthy');
  });

  test('the trap of the outage: the published port', async () => {
    const dnat = '-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80';
    const [symptom] = (await diagnosisOf({ rules: without(dnat) })).symptoms;
    expect(symptom).toMatchObject({ code: 'published', missing: [`iptables -t nat ${dnat}`] });
    expect(symptom?.text).toContain('port 8080 of web: answers only through docker-proxy');
    expect(symptom?.text).toContain('a curl on this machine proves nothing');
    const [noProxy] = (await diagnosisOf({ rules: without(dnat), daemon: { usesProxy: false } })).symptoms;
    expect(noProxy?.text).toBe('port 8080 of web: does not answer');
  });

  test('a port that is published on one address: the rule has it; on IPv6 only, IPv4 has none', async () => {
    const on = (HostIp: string): string => container({ ports: { '80/udp': [{ HostIp, HostPort: '9090' }] } });
    const [symptom] = (await diagnosisOf({ containers: on('127.0.0.1') })).symptoms;
    expect(symptom?.text).toContain('port 9090/udp of web');
    expect(symptom?.missing[0]).toContain(
      '-A DOCKER -d 127.0.0.1 ! -i docker0 -p udp -m udp --dport 9090 -j DNAT',
    );
    expect((await diagnosisOf({ containers: on('::') })).state).toBe('healthy');
  });

  test('each missing rule is noticed', async () => {
    const needed = RULES.split('\n').filter((line) => line.startsWith('-A'));
    const unneeded = /RETURN$|REJECT|-s 172\.17\.0\.2\/32 -d 172/;
    for (const rule of needed.filter((line) => !unneeded.test(line)))
      expect([rule, (await diagnosisOf({ rules: without(rule) })).rules.missing]).toEqual([rule, 1]);
  });

  test('all of them: the worst first, in the words of the installed docker', async () => {
    const diagnosis = await diagnosisOf({ rules: FLUSHED });
    expect(codes(diagnosis)[0]).toBe('way-out');
    expect(diagnosis.rules.missing).toBe(diagnosis.rules.needed);
    const newest = await diagnosisOf({ rules: FLUSHED, version: '28.0.4' });
    expect(newest.symptoms.flatMap(({ missing }) => missing)).toContain(
      'iptables -A FORWARD -j DOCKER-FORWARD',
    );
  });

  test('IPv6 counts if docker writes its rules', async () => {
    const six = { networks: network({ ipv6: true, subnets: ['172.17.0.0/16', 'fd00::/64', null] }) };
    expect((await diagnosisOf(six)).state).toBe('healthy');
    const { symptoms } = await diagnosisOf({ ...six, daemon: { ip6tables: true } });
    expect(symptoms[0]?.missing).toEqual([
      'ip6tables -t nat -A POSTROUTING -s fd00::/64 ! -o docker0 -j MASQUERADE',
    ]);
  });

  test("nftables' own backend: each bridge is in docker's table", async () => {
    const daemon = { usesNftables: true };
    const diagnosis = await diagnosisOf({ rules: '', daemon });
    expect(diagnosis.symptoms).toMatchObject([{ code: 'nftables', missing: ['table ip docker-bridges'] }]);
  });
});

describe('the cause, from the times', () => {
  const rules = FLUSHED;

  test.each([
    ['was restarted', { InactiveEnterTimestampMonotonic: '29000000' }],
    ['was started', {}],
  ])('a firewall that %s after docker', async (what, more) => {
    const journal =
      '1795480532.372368 systemd[1]: Finished iptables.service - IPv4 firewall.\n1.0 systemd[1]: Other\n';
    const diagnosis = await diagnosisOf({ rules, firewall: unit('iptables.service', 30, more), journal });
    expect(diagnosis.causes).toEqual([
      {
        code: 'firewall',
        unit: 'iptables.service',
        event: what.replace('was ', ''),
        text: `iptables.service ${what} at 2026-11-24 00:00:30 UTC, after docker.service (2026-11-24 00:00:20 UTC)`,
        journal: ['2026-11-24T00:35:32.372Z systemd[1]: Finished iptables.service.'],
      },
    ]);
    expect(commands(diagnosis)).toEqual([
      'systemctl restart docker.service',
      'unit-patch docker',
      'unit-patch prove docker',
    ]);
  });

  test('the person who restarted it is named, if the journal knows', async () => {
    const command = '/usr/bin/systemctl restart iptables';
    const journal = `5.000000 sudo[7]: alice : TTY=pts/0 ; USER=root ; COMMAND=${command}\n`;
    const diagnosis = await diagnosisOf({
      rules: FLUSHED,
      firewall: unit('iptables.service', 30),
      journal,
    });
    expect(diagnosis.causes[0]?.text).toContain(', by sudo, alice: systemctl restart iptables.service');
  });

  test('a firewall that was stopped', async () => {
    const stopped = { ActiveState: 'inactive', InactiveEnterTimestampMonotonic: '30000000' };
    const [cause] = (await diagnosisOf({ rules, firewall: unit('iptables.service', 10, stopped) })).causes;
    expect(cause?.text).toContain('iptables.service was stopped');
  });

  test('the containers that do not come back are named, unless live-restore keeps them', async () => {
    const containers = container() + container({ name: '/job', restartPolicy: 'no', ports: {} });
    expect((await diagnosisOf({ rules, containers })).cures[0]?.why).toContain('(restart policy no): job');
    expect(
      (await diagnosisOf({ rules, containers, daemon: { keepsContainers: true } })).cures[0]?.why,
    ).not.toContain('job');
  });
});

describe('docker is down', () => {
  const down = (more: Readonly<Record<string, string>>): string =>
    unit('docker.service', 20, { ActiveState: 'inactive', InactiveEnterTimestamp: clock(30), ...more });
  const stopped = { ActiveState: 'inactive', InactiveEnterTimestampMonotonic: '30000000' };
  const rules = '';

  test.each([
    [
      'start-limit',
      { ActiveState: 'failed', Result: 'start-limit-hit' },
      {},
      'systemctl reset-failed docker.service docker.socket && systemctl start docker.service',
    ],
    ['docker-failed', { ActiveState: 'failed', Result: 'exit-code' }, {}, 'journalctl -u docker.service'],
    ['docker-stopped', {}, {}, 'systemctl start docker.service'],
    ['docker-waiting', { Job: '17' }, { ActiveState: 'activating' }, 'systemctl list-jobs'],
    [
      'stopped-along',
      { Requires: 'x.mount iptables.service' },
      stopped,
      'systemctl start iptables.service docker.service',
    ],
    [
      'dependency',
      { Requires: 'iptables.service' },
      { ActiveState: 'failed' },
      'systemctl start iptables.service docker.service',
    ],
    [
      'dependency',
      { Requires: 'iptables.service' },
      { LoadState: 'masked', ActiveState: 'inactive' },
      'systemctl unmask iptables.service && systemctl start iptables.service docker.service',
    ],
    [
      'dependency',
      { Requires: 'iptables.service' },
      { LoadState: 'not-found', ActiveState: 'inactive' },
      'unit-patch show docker.service',
    ],
  ])('%s', async (code, docker, firewall, command) => {
    const protection = { ...PROTECTED, follow: null };
    const diagnosis = await diagnosisOf({
      rules,
      docker: down(docker),
      firewall: unit('iptables.service', 10, firewall),
      protection,
    });
    expect(diagnosis).toMatchObject({ state: 'down', symptoms: [] });
    expect(causes(diagnosis)).toEqual([code]);
    expect(commands(diagnosis)[0]).toBe(command);
    expect(statusOf(diagnosis)).toBe(1);
  });

  test('nobody asks it: its socket would start it', async () => {
    const { asked, raw } = fakeMachine({ docker: down({}) });
    await raw();
    expect(asked.filter((command) => command.startsWith('docker'))).toEqual([]);
  });
});

describe('it cannot tell', () => {
  const interfaces = [
    { ifname: 'eth0', addr_info: [] },
    {
      ifname: 'docker0',
      address: '02:42',
      addr_info: [{ family: 'inet', local: '172.17.0.1', prefixlen: 16 }],
    },
  ];

  test('a daemon that hangs: its interfaces show the outage', async () => {
    const diagnosis = await diagnosisOf({ rules: FLUSHED, version: null, interfaces });
    expect(diagnosis.symptoms[0]?.missing).toEqual([`iptables -t nat ${MASQUERADE}`]);
    expect(statusOf(diagnosis)).toBe(1);
  });

  test('… but they cannot show that all is well', async () => {
    expect(statusOf(await diagnosisOf({ version: null, interfaces, protection: PROTECTED }))).toBe(2);
  });

  test.each(['not-found', 'masked'])('docker.service is %s; podman is not docker', async (LoadState) => {
    const docker = unit('docker.service', 0, { LoadState, ActiveState: 'inactive' });
    const diagnosis = await diagnosisOf({ docker, firewall: unit('podman.socket', 10) });
    expect(diagnosis.text).toContain('podman network reload --all');
    expect(statusOf(diagnosis)).toBe(2);
  });
});
