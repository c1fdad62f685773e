import { CHASE_LINKS_MAX, type Files, inDirectory, type RootPath } from '../files/files.js';
import type { NameMap } from './name-map.js';
import { byBytes, directoryNames, parseUnitName } from './name.js';
import { listingIn } from './problems.js';
import type { Problem } from './unit.js';

/** A file of a drop-in or dependency directory, and the ones of the same name that it replaces. */
export interface DropInPath {
  readonly path: RootPath;
  readonly replaces: readonly RootPath[];
}

/** The first versions that read `foo-.service.d` and `service.d`: NEWS of systemd 239 and 244. */
const PREFIXES_SINCE = 239;
const TYPES_SINCE = 244;

/**
 * The names whose directories may be laid over a unit, the one that wins first: its own, those of its aliases, the
 * type.
 * @param id the unit's real name
 * @param aliases its other names
 */
export function directoryPrefixes(
  id: string,
  aliases: readonly string[],
  systemd: number,
): readonly (readonly string[])[] {
  const names = [id, ...aliases].map((name) => directoryNames(name, systemd >= PREFIXES_SINCE));
  return systemd >= TYPES_SINCE ? [...names, [parseUnitName(id)?.type ?? '']] : names;
}

/** Those of them that have a directory: a unit may have thousands of names, and each a hundred directories. */
export function sharedPrefixes(
  map: NameMap,
  owners: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  return owners
    .map((names) => names.filter((name) => map.dropInPrefixes.has(name)))
    .filter((names) => names.length > 0);
}

/**
 * The files that systemd lays over a unit, in the order in which it applies them: by file name in bytes; of two files
 * with one name, the one in the earlier directory wins (unit_file_find_dropin_paths()).
 * @param owners the result of ownersAmong()
 * @param directorySuffix `.d`, `.wants`, `.requires` or `.upholds`
 * @param fileSuffix `.conf`, or empty for every file
 * @param problems takes the directories that may not be read
 */
export function dropInPaths(
  files: Files,
  map: NameMap,
  owners: readonly (readonly string[])[],
  directorySuffix: string,
  fileSuffix: string,
  problems: Problem[],
): DropInPath[] {
  const found = new Map<string, RootPath[]>();
  for (const directory of unitDirectories(files, map, owners, directorySuffix)) {
    for (const name of listingIn(files, directory, problems).names()) {
      if (name.startsWith('.') || !name.endsWith(fileSuffix)) continue;
      const path = inDirectory(directory, name);
      const known = found.get(name);
      if (known) known.push(path);
      else found.set(name, [path]);
    }
  }
  return [...found.entries()]
    .sort(([a], [b]) => byBytes(a, b))
    .flatMap(([, [path, ...replaces]]) => (path ? [{ path, replaces }] : []));
}

/** The directories, links resolved, the one that wins first. */
function unitDirectories(
  files: Files,
  map: NameMap,
  owners: readonly (readonly string[])[],
  suffix: string,
): RootPath[] {
  const directories = owners.flatMap((all) => {
    const names = all.map((name) => name + suffix);
    return [...map.directories].flatMap(([place, there]) =>
      names
        .filter((name) => there.has(name))
        .map((name) => files.follow(inDirectory(place, name)))
        .filter(({ lost, links }) => !lost && links <= CHASE_LINKS_MAX)
        .map(({ path }) => path),
    );
  });
  return [...new Set(directories)];
}
