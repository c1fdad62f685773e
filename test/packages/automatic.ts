/** What systemd adds to real units by itself. */
import { DEPENDENCIES, type Reading } from '../conformance/dump.js';
import type { Judge } from '../conformance/judge.js';
import type { Entry, Root } from '../conformance/root.js';

/** Units by the name of the setting that brings them. */
export type Dependencies = Readonly<Record<string, readonly string[]>>;

const settings = [...DEPENDENCIES, 'BindTo', 'PropagateReloadTo', 'PropagateReloadFrom'].join('|');
const assignment = new RegExp(`^[ \\t]*(?:${settings})[ \\t]*=(?:.*\\\\\\n)*.*\\n?`, 'gm');

/**
 * What systemd gives units by itself: slices, journal sockets, dbus for `BusName=`, systemd-tmpfiles for
 * `PrivateTmp=`. It marks them origin-file as if they were declared, and they follow from the units' other settings,
 * so the same units are asked again without any declared dependency.
 */
export async function automatic(
  judge: Judge,
  tree: Root,
  units: readonly string[],
): Promise<ReadonlyMap<string, Dependencies>> {
  judge.show(tree.filter((entry) => !isDependencyEntry(entry)).map(withoutDependencies));
  // A dependency on tmp.mount is marked origin-file or origin-path, by which of the two was loaded first.
  const orders = [units, [...units].reverse()];
  const readings: Map<string, Reading>[] = [];
  for (const order of orders) readings.push(await judge.ask([], order));
  return new Map(units.map((unit) => [unit, union(readings.map((reading) => reading.get(unit)))]));
}

/** The dependencies without those that come by themselves; kinds that are left empty are left out. */
export function declared(dependencies: Dependencies, byItself: Dependencies): Dependencies {
  const rest = DEPENDENCIES.map((kind): [string, readonly string[]] => {
    const units = (dependencies[kind] ?? []).filter((unit) => byItself[kind]?.includes(unit) !== true);
    return [kind, units.sort()];
  });
  return Object.fromEntries(rest.filter(([, units]) => units.length > 0));
}

/** Whether an entry stands in `.wants/` or the like, or is such a directory. */
export function isDependencyEntry({ path }: Entry): boolean {
  return /\.(?:wants|requires|upholds)(?:\/|$)/.test(path);
}

function withoutDependencies(entry: Entry): Entry {
  if (entry.kind !== 'file') return entry;
  // Latin-1 keeps every byte.
  const text = entry.bytes.toString('latin1').replace(assignment, '');
  return { ...entry, bytes: Buffer.from(text, 'latin1') };
}

function union(readings: readonly (Reading | undefined)[]): Dependencies {
  const ofKind = (kind: string): string[] => readings.flatMap((reading) => reading?.dependencies[kind] ?? []);
  return Object.fromEntries(DEPENDENCIES.map((kind) => [kind, ofKind(kind)]));
}
