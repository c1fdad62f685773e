import { directoryOwners } from './drop-in-paths.js';
import type { NameMap } from './name-map.js';
import type { Unit } from './unit.js';

/** Loaded units by their content, and the names whose directories may be laid over them. */
const known = new WeakMap<Buffer, { readonly owners: readonly string[]; unit?: Unit }>();

/**
 * A unit that is the same in every root: one file that no root has of its own, and whose words are names of no alias.
 * Where nothing is laid over it and it has no other name, it is loaded once.
 * @param bytes its content, the same object for every root
 * @param load loads it from this root
 */
export function loneUnit(map: NameMap, name: string, bytes: Buffer, load: () => Unit): Unit {
  const lone = known.get(bytes) ?? { owners: directoryOwners(name, []).flat() };
  known.set(bytes, lone);
  const isLone =
    map.problems.length === 0 &&
    !map.aliases.has(name) &&
    !lone.owners.some((owner) => map.owners.has(owner));
  if (!isLone) return load();
  const entry = map.entries.get(name);
  if (lone.unit && entry && 'path' in entry && entry.path === lone.unit.fragment) return lone.unit;
  lone.unit = load();
  return lone.unit;
}
