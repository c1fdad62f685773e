import type { DaemonFacts } from '../doctor/evidence.js';
import { readDaemon } from '../plan/daemon-json.js';
import { readText } from '../plan/read-text.js';
import type { Template } from '../plan/template.js';
import type { System } from '../system/system.js';
import { loadUnit } from '../units/loader.js';
import type { Io } from './io.js';
import { loadOptions } from './options.js';

/** How dockerd is configured, as far as its rules go: by its file, and by the flags of its unit. */
export function daemonFacts(system: System, { unit: name, daemonFile = '' }: Template, io: Io): DaemonFacts {
  const files = system.files();
  const unit = loadUnit(files, name, loadOptions(system, io));
  const { file, writesRules, saidBy, keepsContainers } = readDaemon(files, unit, daemonFile);
  const values = parse(readText(files, file));
  const command = unit.directives.findLast(({ key }) => key === 'ExecStart')?.value ?? '';
  const setting = (name: string): string | undefined => {
    const [found, value] = new RegExp(`\\s--${name}(?:[= ](\\S+))?`).exec(command) ?? [];
    if (found !== undefined) return value ?? 'true';
    const fromFile = values[name];
    return typeof fromFile === 'string' || typeof fromFile === 'boolean' ? String(fromFile) : undefined;
  };
  const ip6tables = setting('ip6tables');
  return {
    writesRules,
    saidBy,
    keepsContainers,
    ip6tables: ip6tables === undefined ? null : ip6tables !== 'false',
    usesNftables: setting('firewall-backend') === 'nftables',
    usesProxy: setting('userland-proxy') !== 'false',
  };
}

function parse(read: ReturnType<typeof readText>): Readonly<Record<string, unknown>> {
  try {
    const values: unknown = typeof read === 'object' ? JSON.parse(read.text) : {};
    return typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
