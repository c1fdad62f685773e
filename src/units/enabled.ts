import { baseName, type Files, inDirectory, type RootPath } from '../files/files.js';
import type { NameMap } from './name-map.js';
import { isMask, listingIn } from './problems.js';

/**
 * The first link in a `.wants`, `.requires` or `.upholds` directory that pulls a unit in, which is what
 * `systemctl enable` makes.
 * @param names all names of the unit: a link by an alias enables it too
 * @returns undefined if the unit is not enabled by a link
 */
export function enablingLink(files: Files, map: NameMap, names: readonly string[]): RootPath | undefined {
  const own = new Set(names);
  const seen = new Set<string>();
  for (const directory of dependencyDirectories(map)) {
    const listing = listingIn(files, directory, []);
    for (const name of own) {
      const kind = listing.kind(name);
      if (kind === undefined) continue;
      const edge = `${baseName(directory)}/${name}`;
      const link = inDirectory(directory, name);
      // The strongest directory comes first: its file hides those below, even if it is a mask or not a link.
      if (!seen.has(edge) && kind === 'link' && !isMask(files, link)) return link;
      seen.add(edge);
    }
  }
  return undefined;
}

function dependencyDirectories({ directories }: NameMap): RootPath[] {
  return [...directories].flatMap(([place, names]) =>
    [...names]
      .filter((name) => /\.(?:wants|requires|upholds)$/.test(name))
      .map((name) => inDirectory(place, name)),
  );
}
