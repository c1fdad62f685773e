import { directoryOwners } from './drop-in-paths.js';
import type { NameMap } from './name-map.js';
import type { Unit } from './unit.js';

/** The directories that may add something to a unit. */
const SUFFIXES = ['.d', '.wants', '.requires', '.upholds'];

/** Loaded units by their content. */
const known = new WeakMap<Buffer, Unit>();

/**
 * A unit that is the same in every root: one file that no root has of its own, and whose words are names of no alias.
 * Where nothing is laid over it and it has no other name, it is loaded once.
 * @param bytes its content, the same object for every root
 * @param load loads it from this root
 */
export function loneUnit(map: NameMap, name: string, bytes: Buffer, load: () => Unit): Unit {
  const owners = directoryOwners(name, []).flat();
  const isLone =
    map.problems.length === 0 &&
    !map.aliases.has(name) &&
    !owners.some((owner) => SUFFIXES.some((suffix) => map.directoryNames.has(owner + suffix)));
  if (!isLone) return load();
  const entry = map.entries.get(name);
  const before = known.get(bytes);
  if (before && entry && 'path' in entry && entry.path === before.fragment) return before;
  const unit = load();
  known.set(bytes, unit);
  return unit;
}
