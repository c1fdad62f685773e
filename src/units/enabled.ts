import { baseName, type Files, inDirectory, type RootPath } from '../files/files.js';
import type { NameMap } from './name-map.js';
import { isMask, listingIn } from './problems.js';
import type { Unit } from './unit.js';

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

/** Whether `systemctl enable` would make a link for a unit: it only does what [Install] says. */
export function canBeEnabled({ directives }: Unit): boolean {
  return directives.some(
    ({ section, key, value }) =>
      section === 'Install' && /^(?:WantedBy|RequiredBy|UpheldBy)$/.test(key) && value !== '',
  );
}

/** How to have the boot start a unit. */
export function wayToEnable(unit: Unit): string {
  const command = `systemctl enable ${unit.id}`;
  return canBeEnabled(unit)
    ? `enable it: ${command}`
    : `give it an [Install] section with WantedBy=multi-user.target, and enable it: ${command}`;
}
