import { inDirectory, rootPath, type Files, type RootPath } from '../system/files.js';
import { isMask } from './mask.js';
import type { NameMap } from './name-map.js';
import { entriesOf } from './reading.js';

/**
 * The first link in a `.wants`, `.requires` or `.upholds` directory that pulls a unit in, which is what
 * `systemctl enable` makes.
 * @param names all names of the unit: a link by an alias enables it too
 * @returns undefined where the unit is not enabled by a link
 */
export function enablingLink(files: Files, map: NameMap, names: readonly string[]): RootPath | undefined {
  const seen = new Set<string>();
  for (const directory of [...map.directories].filter((path) => /\.(?:wants|requires|upholds)$/.test(path))) {
    const path = rootPath(directory);
    for (const { name, kind } of entriesOf(files, path, [])) {
      if (kind !== 'link' || !names.includes(name)) continue;
      const edge = `${directory.slice(directory.lastIndexOf('/'))}/${name}`;
      // The directories come strongest first: what a mask takes away up there does not count below.
      if (!seen.has(edge) && !isMask(files, inDirectory(path, name))) return inDirectory(path, name);
      seen.add(edge);
    }
  }
  return undefined;
}
