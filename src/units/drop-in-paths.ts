import { CHASE_LINKS_MAX, inDirectory, type Files, type RootPath } from '../system/files.js';
import { byBytes, directoryNames, parseUnitName } from './name.js';
import { entriesOf } from './reading.js';
import type { Problem } from './unit.js';
import type { NameMap } from './name-map.js';

/** A file of a drop-in or dependency directory, and the ones of the same name that it takes the place of. */
export interface DropInPath {
  readonly path: RootPath;
  readonly replaces: readonly RootPath[];
}

/**
 * The files that systemd lays over a unit, in the order in which it applies them: by file name in bytes, where
 * of two files of one name the earlier directory wins (unit_file_find_dropin_paths()).
 * @param id the unit's real name
 * @param aliases its other names
 * @param directorySuffix `.d`, `.wants`, `.requires` or `.upholds`
 * @param fileSuffix `.conf`, or empty for every file
 * @param problems takes the directories that may not be read
 */
export function dropInPaths(
  files: Files,
  map: NameMap,
  id: string,
  aliases: readonly string[],
  directorySuffix: string,
  fileSuffix: string,
  problems: Problem[],
): DropInPath[] {
  const found = new Map<string, RootPath[]>();
  for (const directory of unitDirectories(files, map, id, aliases, directorySuffix)) {
    for (const { name } of entriesOf(files, directory, problems)) {
      if (name.startsWith('.') || !name.endsWith(fileSuffix)) continue;
      found.set(name, [...(found.get(name) ?? []), inDirectory(directory, name)]);
    }
  }
  return [...found.entries()]
    .sort(([a], [b]) => byBytes(a, b))
    .flatMap(([, [path, ...replaces]]) => (path ? [{ path, replaces }] : []));
}

/** The directories, links resolved, the one that wins first: the name's, then its aliases', then the type's. */
function unitDirectories(
  files: Files,
  map: NameMap,
  id: string,
  aliases: readonly string[],
  suffix: string,
): RootPath[] {
  const type = parseUnitName(id)?.type ?? '';
  const directories = [id, ...aliases, null].flatMap((alias) => {
    // A unit may have thousands of names, and each a hundred directories: most of them are nowhere.
    const names = (alias === null ? [type] : directoryNames(alias)).filter((name) =>
      map.directoryNames.has(name + suffix),
    );
    if (names.length === 0) return [];
    return map.loadPath.flatMap((loadDirectory) =>
      names
        .map((name) => inDirectory(loadDirectory, name + suffix))
        .filter((path) => map.directories.has(path))
        .map((path) => files.follow(path))
        .filter(({ lost, links }) => !lost && links <= CHASE_LINKS_MAX)
        .map(({ path }) => path),
    );
  });
  return [...new Set(directories)];
}
