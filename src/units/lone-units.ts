import { directoryOwners } from './drop-in-paths.js';
import type { NameMap } from './name-map.js';
import type { Unit } from './unit.js';

/** The directories that may add something to a unit. */
const SUFFIXES = ['.d', '.wants', '.requires', '.upholds'];

/** Loaded units by their content, and the names of the directories that may add something to them. */
const known = new WeakMap<Buffer, { readonly directories: readonly string[]; unit?: Unit }>();

/**
 * A unit that is the same in every root: one file that no root has of its own, and whose words are names of no alias.
 * Where nothing is laid over it and it has no other name, it is loaded once.
 * @param bytes its content, the same object for every root
 * @param load loads it from this root
 */
export function loneUnit(map: NameMap, name: string, bytes: Buffer, load: () => Unit): Unit {
  const lone = known.get(bytes) ?? { directories: directoriesOf(name) };
  known.set(bytes, lone);
  const isLone =
    map.problems.length === 0 &&
    !map.aliases.has(name) &&
    !lone.directories.some((directory) => map.directoryNames.has(directory));
  if (!isLone) return load();
  const entry = map.entries.get(name);
  if (lone.unit && entry && 'path' in entry && entry.path === lone.unit.fragment) return lone.unit;
  lone.unit = load();
  return lone.unit;
}

function directoriesOf(name: string): string[] {
  const owners = directoryOwners(name, []).flat();
  return owners.flatMap((owner) => SUFFIXES.map((suffix) => owner + suffix));
}
