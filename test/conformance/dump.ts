import { dumpedSettings } from './settings.js';

/** What systemd, or our own reading, makes of one unit; every list of names is sorted. */
export interface Reading {
  readonly id: string;
  readonly names: readonly string[];
  readonly loadState: string;
  readonly fragment: string | null;
  /** In the order in which they are applied. */
  readonly dropIns: readonly string[];
  /** The units declared, by the setting's name. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  /** Some of the settings in force, as far as systemd prints them: of a loaded unit only, and of plain values. */
  readonly settings: readonly string[] | undefined;
}

/** The dependencies that a unit's own files can declare, as systemd prints them. */
export const DEPENDENCIES = [
  'Requires',
  'Requisite',
  'Wants',
  'BindsTo',
  'PartOf',
  'Upholds',
  'Conflicts',
  'Before',
  'After',
  'OnFailure',
  'OnSuccess',
  'PropagatesReloadTo',
  'ReloadPropagatedFrom',
  'PropagatesStopTo',
  'StopPropagatedFrom',
  'JoinsNamespaceOf',
] as const;

/**
 * Reads the units that a test run of systemd printed.
 * @param isOrigin the mark of the dependencies that are wanted; those from the unit's own files unless it is given
 */
export function parseDump(dump: string, isOrigin = /^origin-file$/): Reading[] {
  const start = dump.search(/^(?:->|→) By units:/mu);
  const end = dump.search(/^(?:->|→) By jobs:/mu);
  const units = dump.slice(start, end < 0 ? undefined : end);
  return units
    .split(/^\t(?:->|→) Unit /mu)
    .slice(1)
    .map((block) => parseUnit(block, isOrigin));
}

/** Finds the unit that answers to a name. */
export function findReading(readings: readonly Reading[], name: string): Reading | undefined {
  return readings.find((reading) => reading.names.includes(name));
}

function parseUnit(block: string, isOrigin: RegExp): Reading {
  const [head = '', ...lines] = block.split('\n');
  const values = new Map<string, string[]>();
  for (const line of lines) {
    const [, key, value] = /^\t\t([A-Z][A-Za-z ]*): ([^\n]*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, [...(values.get(key) ?? []), value]);
  }
  const id = head.slice(0, -1);
  const all = (key: string): string[] => values.get(key) ?? [];
  const fragment = all('Fragment Path')[0];
  const loadState = all('Unit Load State')[0] ?? '';
  return {
    id,
    names: [id, ...all('Alias')].sort(),
    loadState,
    fragment: fragment === undefined ? null : realPath(fragment),
    dropIns: all('DropIn Path').map(realPath),
    dependencies: declared(all, isOrigin),
    settings: loadState === 'loaded' ? dumpedSettings(id, lines) : [],
  };
}

function declared(all: (key: string) => readonly string[], isOrigin: RegExp): Record<string, string[]> {
  const units = (type: string): string[] => all(type).flatMap((value) => declaredUnit(value, isOrigin));
  const found = DEPENDENCIES.map((type) => [type, units(type).sort()] as const);
  return Object.fromEntries(found.filter(([, units]) => units.length > 0));
}

/** `a.service (origin-file destination-file)`: who declared it. */
function declaredUnit(value: string, isOrigin: RegExp): string[] {
  const [, unit, marks] = /^(\S+) \(([^\n]*)\)$/.exec(value) ?? [];
  return unit !== undefined && marks?.split(' ').some((mark) => isOrigin.test(mark)) ? [unit] : [];
}

// /lib is a link to usr/lib, and Debian's load path names both.
function realPath(path: string): string {
  return path.startsWith('/lib/') ? `/usr${path}` : path;
}
