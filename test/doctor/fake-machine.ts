import { askMachine, type DockerSetup } from '../../src/docker/ask-machine.js';
import { FILES } from '../../src/docker/questions.js';
import { type RawEvidence, readEvidence, toFiles } from '../../src/docker/read-evidence.js';
import { diagnose, type Diagnosis } from '../../src/doctor/diagnose.js';
import type { WatchedMachine } from '../../src/system/system.js';

/** Rules of docker 20.10 to 27 for its own network and one container with a published port, as a box had them. */
export const RULES = `*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [12:480]
:DOCKER - [0:0]
:DOCKER-ISOLATION-STAGE-1 - [0:0]
:DOCKER-ISOLATION-STAGE-2 - [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-ISOLATION-STAGE-1
-A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
-A FORWARD -i docker0 ! -o docker0 -j ACCEPT
-A FORWARD -i docker0 -o docker0 -j ACCEPT
-A FORWARD -j REJECT --reject-with icmp-host-prohibited
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
-A DOCKER-ISOLATION-STAGE-1 -j RETURN
-A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
-A DOCKER-ISOLATION-STAGE-2 -j RETURN
-A DOCKER-USER -j RETURN
COMMIT
*nat
:PREROUTING ACCEPT [0:0]
:INPUT ACCEPT [0:0]
:OUTPUT ACCEPT [6:240]
:POSTROUTING ACCEPT [6:240]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A POSTROUTING -s 172.17.0.2/32 -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j MASQUERADE
-A DOCKER -i docker0 -j RETURN
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
`;

/** The same machine's rules after its firewall was restarted. */
export const FLUSHED = `*filter
:INPUT ACCEPT [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A FORWARD -j REJECT --reject-with icmp-host-prohibited
COMMIT
`;

/** The rules that docker 28 and later writes for the same network and container. */
export const RULES_28 = `*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -j DOCKER-FORWARD
-A DOCKER -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp -m tcp --dport 80 -j ACCEPT
-A DOCKER ! -i docker0 -o docker0 -j DROP
-A DOCKER-BRIDGE -o docker0 -j DOCKER
-A DOCKER-CT -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A DOCKER-FORWARD -j DOCKER-CT
-A DOCKER-FORWARD -j DOCKER-INTERNAL
-A DOCKER-FORWARD -j DOCKER-BRIDGE
-A DOCKER-FORWARD -i docker0 -j ACCEPT
COMMIT
*nat
:POSTROUTING ACCEPT [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80
COMMIT
`;

/** docker's own network, as the daemon describes it. */
export const network = (more: object = {}): string =>
  `${JSON.stringify({ name: 'bridge', id: 'c60bc7a132562ae2', driver: 'bridge', internal: false, ipv6: false, subnets: ['172.17.0.0/16', null], bridge: 'docker0', masquerade: 'true', icc: 'true', gatewayMode: '', ...more })}\n`;

/** A container with a published port. */
export const container = (more: object = {}): string =>
  `${JSON.stringify({
    name: '/web',
    restartPolicy: 'always',
    ports: {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
      '443/tcp': null,
    },
    addresses: [{ network: 'bridge', addresses: ['172.17.0.2', ''] }, null],
    ...more,
  })}\n`;

/** What `systemctl show` says of a unit that was started at a second after the boot. */
export function unit(id: string, second: number, more: Readonly<Record<string, string>> = {}): string {
  const values = {
    Id: id,
    LoadState: 'loaded',
    ActiveState: 'active',
    Result: 'success',
    ActiveEnterTimestamp: clock(second),
    ActiveEnterTimestampMonotonic: `${second}000000`,
    InactiveExitTimestampMonotonic: `${second}000000`,
    StateChangeTimestampMonotonic: `${second}000000`,
    StateChangeTimestamp: clock(second),
    ...more,
  };
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** A unit of which systemd knows no times: nothing needed it any more once it was stopped. */
export function forgotten(id: string, more: Readonly<Record<string, string>> = {}): string {
  const values = { Id: id, LoadState: 'loaded', ActiveState: 'inactive', UnitFileState: 'disabled', ...more };
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

/** What systemd writes to the journal when a job has ended: SD_MESSAGE_UNIT_STARTED, _STOPPED and _RELOADED. */
export const STARTED = '39f53479d3a045ac8e11786248231fbf';
export const STOPPED = '9d1aaa27d60140bd96365438aad20286';
export const RELOADED = '7b05ebc668384222baa8881179cfda54';

/** Such a message at a second after the boot, as `journalctl --output=json` prints it. */
export function job(id: string, message: string, second: number, more: object = {}): string {
  const realtime = String(Date.parse(`2026-11-24T00:00:${second}Z`) * 1000);
  return `${JSON.stringify({
    _PID: '1',
    UNIT: id,
    MESSAGE_ID: message,
    __MONOTONIC_TIMESTAMP: `${second}000000`,
    __REALTIME_TIMESTAMP: realtime,
    _SOURCE_REALTIME_TIMESTAMP: realtime,
    ...more,
  })}\n`;
}

/** The clock of that machine. */
export const clock = (second: number): string =>
  `Tue 2026-11-24 00:00:${String(second).padStart(2, '0')} UTC`;

/** The differences from a healthy machine whose docker follows nothing. */
export interface MachineChanges {
  readonly rules?: string;
  readonly version?: string | null;
  readonly networks?: string;
  readonly containers?: string;
  readonly interfaces?: object[];
  readonly docker?: string;
  readonly firewall?: string;
  readonly journal?: string;
  /** the service that watches the rules, and what it has written */
  readonly watch?: string;
  readonly watchJournal?: string;
  /** what the journal has of jobs, in JSON; null if it does not answer */
  readonly jobs?: string | null;
  readonly daemon?: Partial<DockerSetup['daemon']>;
  readonly protection?: Partial<DockerSetup['protection']>;
}

/** A fake machine, and the questions that it got. */
export function fakeMachine(different: MachineChanges = {}): {
  machine: WatchedMachine;
  asked: string[];
  raw: () => Promise<RawEvidence>;
} {
  const asked: string[] = [];
  const { docker = unit('docker.service', 20), firewall = unit('iptables.service', 10) } = different;
  const { version = '26.1.5' } = different;
  const answers: readonly (readonly [RegExp, string | null])[] = [
    [/^iptables-save/, different.rules ?? RULES],
    [/^ip6tables-save/, ''],
    [/^docker version/, version],
    [/^docker (?:network ls|ps)/, 'one\n'],
    [/^docker network inspect/, different.networks ?? network()],
    [/^docker inspect/, different.containers ?? container()],
    [/^ip /, JSON.stringify(different.interfaces ?? [])],
    [/^systemctl .* -- docker-rules\.service$/, different.watch ?? null],
    [/^journalctl .*_SYSTEMD_UNIT=/, different.watchJournal ?? ''],
    [/^systemctl/, `${docker}\n${firewall}`],
    [/^journalctl .*--output=json/, different.jobs === undefined ? '' : different.jobs],
    [/^journalctl/, different.journal ?? ''],
  ];
  const machine: WatchedMachine = {
    isRoot: true,
    ask: (command) => {
      const line = command.join(' ');
      asked.push(line);
      const answer = answers.find(([pattern]) => pattern.test(line))?.[1] ?? null;
      const name = command[0] ?? '';
      return Promise.resolve(
        answer === null
          ? { status: null, stdout: '', stderr: `${name} does not answer` }
          : { status: 0, stdout: answer, stderr: '' },
      );
    },
    read: () => undefined,
    now: () => 0,
    wait: () => Promise.resolve(),
    restart: () => Promise.reject(new Error('doctor only reads')),
    answers: () => Promise.resolve(false),
    addresses: () => [],
  };
  const setup: DockerSetup = {
    unit: 'docker.service',
    firewalls: ['iptables.service'],
    daemon: {
      writesRules: true,
      saidBy: '/etc/docker/daemon.json',
      keepsContainers: false,
      ip6tables: null,
      usesNftables: false,
      usesProxy: true,
      ...different.daemon,
    },
    protection: {
      state: 'unprotected',
      follow: 'iptables.service',
      text: 'missing',
      ...different.protection,
    },
  };
  return { machine, asked, raw: () => askMachine(machine, setup, new Date(0)) };
}

/** The diagnosis of such a machine. */
export async function diagnosisOf(different: MachineChanges = {}): Promise<Diagnosis> {
  return diagnose(readEvidence(await fakeMachine(different).raw()));
}

/** What --save writes of such a machine. */
export async function saved(different: MachineChanges = {}): Promise<Record<string, string>> {
  return toFiles(await fakeMachine(different).raw());
}

export { FILES };
