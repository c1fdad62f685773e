import type { Files } from '../../files/files.js';
import { readText } from '../../files/read-text.js';
import { loadUnit, type LoadOptions } from '../../units/loader.js';
import type { Unit } from '../../units/unit.js';
import type { Template } from '../template.js';
import { daemonCommand } from './daemon-command.js';
import { type Flag, flagIn, parseBool } from './flags.js';

/** How dockerd is configured, as far as it matters here: dockerd(8), "Daemon configuration file". */
export interface Daemon {
  /** the file that was looked at */
  readonly file: string;
  /** whether it writes rules at all */
  readonly writesRules: boolean;
  /** the place that sets it: the file, or the line with the flag */
  readonly saidBy: string;
  /** whether containers go on running while it is down; undefined if its flags are not known */
  readonly keepsContainers: boolean | undefined;
  /** whether it writes IPv6 rules; undefined if nothing sets it */
  readonly writesIp6Rules: boolean | undefined;
  /** the place that makes it use its own nftables tables; undefined if it does not */
  readonly ownTables: string | undefined;
  readonly usesProxy: boolean;
  /** where it keeps its state */
  readonly dataRoot: string;
  /** why the file cannot be used */
  readonly broken: string | undefined;
  /** the line whose flags are not known: a script that cannot be read, or a variable that only a run would tell */
  readonly unknownFlags: string | undefined;
}

/** dockerd(8), `--data-root`. */
const DATA_ROOT = '/var/lib/docker';

/** A setting, and where it is set. */
interface Said {
  readonly value: unknown;
  readonly by: string;
}

/**
 * Several findings ask for it, and a hostile unit has many words: without it 60,000 of them take up to three times as
 * long.
 */
const known = new WeakMap<Unit, { readonly files: Files; readonly file: string; readonly daemon: Daemon }>();

/**
 * Reads the configuration of dockerd: the flags on its command line, with what its environment puts there, and its
 * file. The same setting in both keeps it from starting.
 * @param unit the engine's own unit
 * @param file the file unless `--config-file` names another one
 */
export function readDaemon(files: Files, unit: Unit, file: string): Daemon {
  const before = known.get(unit);
  if (before?.files === files && before.file === file) return before.daemon;
  const daemon = readAnew(files, unit, file);
  known.set(unit, { files, file, daemon });
  return daemon;
}

function readAnew(files: Files, unit: Unit, file: string): Daemon {
  const command = daemonCommand(files, unit);
  const flag = (name: string, takesNext = false): Flag | undefined =>
    command?.isKnown === false
      ? { value: undefined, from: command.from }
      : flagIn(command?.words ?? [], name, takesNext);
  const configFile = flag('config-file', true);
  const named = configFile ? configFile.value : file;
  const { values, broken } = readValues(files, named);
  const said = (given: Flag | undefined, read: (text: string) => unknown, key: string): Said =>
    given
      ? { value: given.value === undefined ? undefined : read(given.value), by: given.from }
      : { value: values[key], by: named ?? configFile?.from ?? file };
  const boolean = (name: string): Said => said(flag(name), parseBool, name);
  const [iptables, liveRestore, backend] = [
    boolean('iptables'),
    boolean('live-restore'),
    said(flag('firewall-backend', true), String, 'firewall-backend'),
  ];
  const unknown = [configFile, flag('iptables')].find((one) => one && one.value === undefined);
  const dataRoot = said(flag('data-root', true), String, 'data-root').value;
  const ip6tables = boolean('ip6tables').value;
  return {
    file: named ?? file,
    writesRules: iptables.value !== false,
    saidBy: iptables.by,
    keepsContainers: unknown && liveRestore.value === undefined ? undefined : liveRestore.value === true,
    writesIp6Rules: typeof ip6tables === 'boolean' ? ip6tables : undefined,
    ownTables: backend.value === 'nftables' ? backend.by : undefined,
    usesProxy: boolean('userland-proxy').value !== false,
    dataRoot: typeof dataRoot === 'string' && dataRoot.startsWith('/') ? dataRoot : DATA_ROOT,
    broken,
    unknownFlags: unknown?.from,
  };
}

/** How dockerd is configured, as far as Docker's rules go. */
export interface DaemonFacts {
  readonly writesRules: boolean;
  /** the file or line that says so */
  readonly saidBy: string;
  readonly keepsContainers: boolean;
  readonly ip6tables: boolean | null;
  readonly usesNftables: boolean;
  readonly usesProxy: boolean;
}

/**
 * How the dockerd of a root is configured: by its file, and by the flags of its unit.
 * @example
 * ```ts
 * import { daemonFacts, findTemplate, openRoot } from 'unit-patch';
 *
 * const facts = daemonFacts(openRoot('examples/centos-7'), findTemplate('docker'));
 * assert.equal(facts.writesRules, true);
 * ```
 */
export function daemonFacts(
  files: Files,
  { unit, daemonFile = '' }: Pick<Template, 'unit' | 'daemonFile'>,
  options: LoadOptions = {},
): DaemonFacts {
  const daemon = readDaemon(files, loadUnit(files, unit, options), daemonFile);
  return {
    writesRules: daemon.writesRules,
    saidBy: daemon.saidBy,
    keepsContainers: daemon.keepsContainers === true,
    ip6tables: daemon.writesIp6Rules ?? null,
    usesNftables: daemon.ownTables !== undefined,
    usesProxy: daemon.usesProxy,
  };
}

type DaemonValues = Readonly<Record<string, unknown>>;

function readValues(
  files: Files,
  path: string | undefined,
): { values: DaemonValues; broken: string | undefined } {
  const read = path?.startsWith('/') === true ? readText(files, path) : undefined;
  if (read === undefined) return { values: {}, broken: undefined };
  if (read === 'unreadable') return { values: {}, broken: 'cannot be read as a file' };
  try {
    const values: unknown = JSON.parse(read.text.replace(/^\ufeff/, ''));
    if (typeof values === 'object' && values !== null && !Array.isArray(values))
      return { values: values as DaemonValues, broken: undefined };
    return { values: {}, broken: 'holds no JSON object' };
  } catch {
    return { values: {}, broken: 'is not valid JSON' };
  }
}
