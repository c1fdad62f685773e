import { JOB_MESSAGES } from './journal.js';

/** A file of the evidence, and the command whose output it is. */
export interface Question {
  readonly file: string;
  readonly command: readonly string[];
}

/** The properties that are asked of a unit. */
const PROPERTIES = [
  'Id',
  'LoadState',
  'UnitFileState',
  'ActiveState',
  'SubState',
  'Result',
  'Job',
  'NRestarts',
  'InvocationID',
  'ConditionResult',
  'Requires',
  'BindsTo',
  'Requisite',
  'ExecMainStartTimestamp',
  'ActiveEnterTimestamp',
  'ActiveEnterTimestampMonotonic',
  'ActiveExitTimestampMonotonic',
  'InactiveEnterTimestamp',
  'InactiveEnterTimestampMonotonic',
  'InactiveExitTimestampMonotonic',
  'StateChangeTimestamp',
  'StateChangeTimestampMonotonic',
  'StartLimitIntervalUSec',
  'StartLimitBurst',
];

/** Firewalls that no template knows, and an engine that people take for docker. */
const OTHERS = ['ip6tables.service', 'shorewall.service', 'ferm.service', 'podman.service', 'podman.socket'];

// Fields by name, so that no environment, label, command line or mount ever leaves the daemon.
const OPTION = 'index .Options "com.docker.network.bridge.';
const NETWORK =
  '{"name":{{json .Name}},"id":{{json .ID}},"driver":{{json .Driver}},"internal":{{json .Internal}},' +
  '"ipv6":{{json .EnableIPv6}},"subnets":[{{range .IPAM.Config}}{{json .Subnet}},{{end}}null],' +
  `"bridge":{{json (${OPTION}name")}},"masquerade":{{json (${OPTION}enable_ip_masquerade")}},` +
  `"icc":{{json (${OPTION}enable_icc")}},"gatewayMode":{{json (${OPTION}gateway_mode_ipv4")}}}`;
const CONTAINER =
  '{"name":{{json .Name}},"restartPolicy":{{json .HostConfig.RestartPolicy.Name}},"state":{{json .State.Status}},"startedAt":{{json .State.StartedAt}},' +
  '"ports":{{json .NetworkSettings.Ports}},"addresses":[{{range $name, $end := .NetworkSettings.Networks}}' +
  '{"network":{{json $name}},"addresses":[{{json $end.IPAddress}},{{json $end.GlobalIPv6Address}}]},{{end}}null]}';

/** The journal, with a time in seconds before each line. */
export const JOURNAL = ['journalctl', '--no-pager', '--no-hostname', '--output=short-unix'];

/** The files of the evidence, by what they hold. */
export const FILES = {
  rules: ['iptables-save.txt', 'iptables-legacy-save.txt'],
  rules6: ['ip6tables-save.txt', 'ip6tables-legacy-save.txt'],
  nft: 'nft-ruleset.txt',
  version: 'docker-version.txt',
  networks: 'docker-networks.jsonl',
  containers: 'docker-containers.jsonl',
  interfaces: 'interfaces.json',
  units: 'systemctl-show.txt',
  journal: 'journal.txt',
  jobs: 'jobs.txt',
  triggers: 'triggers.txt',
  watch: 'watch.txt',
  watchJournal: 'watch-journal.txt',
  daemon: 'daemon.json',
  protection: 'protection.json',
} as const;

/** The kernel's lists of legacy tables; without them a legacy tool must not be run, since it would load them. */
export const LEGACY_TABLES = { ip: '/proc/net/ip_tables_names', ip6: '/proc/net/ip6_tables_names' } as const;

/** The rules that the kernel has in force. */
export function ruleQuestions(
  hasLegacy: Readonly<Record<'ip' | 'ip6', boolean>>,
  withNft: boolean,
): Question[] {
  return [
    { file: FILES.rules[0], command: ['iptables-save'] },
    { file: FILES.rules6[0], command: ['ip6tables-save'] },
    ...(hasLegacy.ip ? [{ file: FILES.rules[1], command: ['iptables-legacy-save'] }] : []),
    ...(hasLegacy.ip6 ? [{ file: FILES.rules6[1], command: ['ip6tables-legacy-save'] }] : []),
    ...(withNft ? [{ file: FILES.nft, command: ['nft', 'list', 'ruleset'] }] : []),
  ];
}

/** Whether the daemon answers, and who it is. */
export const VERSION: Question = {
  file: FILES.version,
  command: ['docker', 'version', '--format', '{{.Server.Version}}'],
};

/** Lists the ids for the next two. */
export const NETWORK_IDS = ['docker', 'network', 'ls', '--quiet', '--no-trunc', '--filter', 'driver=bridge'];
export const CONTAINER_IDS = ['docker', 'ps', '--quiet', '--no-trunc'];

export function networksOf(ids: readonly string[]): Question {
  return { file: FILES.networks, command: ['docker', 'network', 'inspect', '--format', NETWORK, ...ids] };
}

export function containersOf(ids: readonly string[]): Question {
  return {
    file: FILES.containers,
    command: ['docker', 'inspect', '--type=container', '--format', CONTAINER, ...ids],
  };
}

/** The interfaces, if the daemon does not say which networks there are. */
export const INTERFACES: Question = { file: FILES.interfaces, command: ['ip', '-j', 'address'] };

/** When units were started, stopped and reloaded. */
export function unitQuestion(units: readonly string[]): Question {
  const command = ['systemctl', 'show', `--property=${PROPERTIES.join(',')}`, '--', ...withOthers(units)];
  return { file: FILES.units, command };
}

/** The lines that systemd wrote about units since the boot; dockerd's own lines may hold anything. */
export function journalQuestion(units: readonly string[]): Question {
  const command = [...JOURNAL, '--boot', '--lines=300', '_PID=1'];
  return { file: FILES.journal, command: [...command, ...withOthers(units).map((unit) => `--unit=${unit}`)] };
}

/** The first version whose journalctl prints chosen fields only: NEWS of systemd 236. */
const FIELDS_SINCE = 236;

/** Which jobs of firewalls ended since the boot, and when; systemd itself may have forgotten it. */
export function jobsQuestion(units: readonly string[], systemd = FIELDS_SINCE): Question {
  const fields = ['_PID', 'UNIT', 'MESSAGE_ID', '_SOURCE_REALTIME_TIMESTAMP'];
  const command = ['journalctl', '--no-pager', '--boot', '--lines=1000', '--output=json'];
  const ids = Object.keys(JOB_MESSAGES).map((id) => `MESSAGE_ID=${id}`);
  const firewalls = withOthers(units).filter((unit) => !isEngine(unit));
  return {
    file: FILES.jobs,
    command: [
      ...command,
      ...(systemd >= FIELDS_SINCE ? [`--output-fields=${fields.join(',')}`] : []),
      '_PID=1',
      ...ids,
      ...firewalls.map((unit) => `UNIT=${unit}`),
    ],
  };
}

/** How the service stands that watches docker's rules, and what it has written today. */
export function watchQuestions({ watch }: { readonly watch?: { readonly service: string } }): Question[] {
  if (!watch) return [];
  const { service } = watch;
  const properties = `--property=${PROPERTIES.join(',')}`;
  return [
    { file: FILES.watch, command: ['systemctl', 'show', properties, '--', service] },
    {
      file: FILES.watchJournal,
      command: [...JOURNAL, '--boot', '--since=today', '--lines=1000', `_SYSTEMD_UNIT=${service}`],
    },
  ];
}

/** Engines are not firewalls. */
export function isEngine(unit: string): boolean {
  return /^(?:docker|podman)\./.test(unit);
}

/** These units, and those that are asked about on every machine. */
export function withOthers(units: readonly string[]): string[] {
  return [...new Set([...units, ...OTHERS])];
}
