import type { Files } from '../system/files.js';
import type { Unit } from '../units/unit.js';
import { readText } from './read-text.js';

/** How dockerd is configured, as far as it matters here: dockerd(8), "Daemon configuration file". */
export interface Daemon {
  /** the file that was looked at */
  readonly file: string;
  /** whether it writes rules at all */
  readonly writesRules: boolean;
  /** what says so: the file or the command line */
  readonly saidBy: string;
  /** whether containers go on running while it is down */
  readonly keepsContainers: boolean;
  /** why the file says nothing */
  readonly broken: string | undefined;
}

/**
 * Reads the configuration of dockerd: its file, and the flags on its command line.
 * @param unit the engine's own unit
 * @param file the file unless `--config-file` names another one
 */
export function readDaemon(files: Files, unit: Unit, file: string): Daemon {
  const start = unit.directives.findLast(({ section, key }) => section === 'Service' && key === 'ExecStart');
  const command = start?.value ?? '';
  const named = /\s--config-file[=\s]+"?(\/[^\s"]+)/.exec(command)?.[1] ?? file;
  const { values, broken } = readValues(files, named);
  const flag = (name: string): boolean | undefined => {
    const match = new RegExp(`\\s--${name}(?:=(\\S+))?(?=\\s|$)`).exec(command);
    return match ? !/^(?:false|f|0)$/i.test(match[1] ?? '') : undefined;
  };
  const iptables = flag('iptables');
  return {
    file: named,
    writesRules: iptables ?? values.iptables !== false,
    saidBy: iptables === undefined || !start ? named : `${start.file}:${start.line}`,
    keepsContainers: flag('live-restore') ?? values['live-restore'] === true,
    broken,
  };
}

type Values = Readonly<Record<string, unknown>>;

function readValues(files: Files, path: string): { values: Values; broken: string | undefined } {
  const read = readText(files, path);
  if (read === undefined) return { values: {}, broken: undefined };
  if (read === 'unreadable') return { values: {}, broken: 'cannot be read as a file' };
  try {
    const values: unknown = JSON.parse(read.text);
    if (typeof values === 'object' && values !== null && !Array.isArray(values))
      return { values: values as Values, broken: undefined };
    return { values: {}, broken: 'holds no JSON object' };
  } catch {
    return { values: {}, broken: 'is not valid JSON' };
  }
}
