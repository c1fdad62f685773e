import { inDirectory, rootPath, type RootPath } from './files.js';
import { PinnedDirectory } from './pinned-directory.js';
import type { RootFiles } from './root-files.js';

/** Where this program writes: its drop-ins lie one level below the last one, and each of these may have been made for them. */
const UNITS = rootPath('/etc/systemd/system');
const ABOVE = [rootPath('/etc'), rootPath('/etc/systemd')];
/** More directories are not looked into. */
const MOST = 1000;

/**
 * What killed runs left in a root, the inner directories first.
 * @param act what to do in each directory: leftoverNames() or removeLeftovers()
 * @returns the paths that it names
 */
export function leftoversIn(files: RootFiles, act: (directory: PinnedDirectory) => string[]): RootPath[] {
  return [...dropInDirectories(files), UNITS, ...ABOVE.reverse()].flatMap((directory) => {
    try {
      const { path, info } = files.follow(directory);
      if (info?.kind !== 'directory') return [];
      const names = PinnedDirectory.hold(files.onHost(path), act);
      return names.map((name) => inDirectory(directory, name));
    } catch {
      // What cannot be looked into is reported by the plan, which reads the same directories.
      return [];
    }
  });
}

function dropInDirectories(files: RootFiles): RootPath[] {
  try {
    const listing = files.list(UNITS);
    const names = [...(listing?.others.keys() ?? [])].filter((name) => name.endsWith('.d'));
    return names.slice(0, MOST).map((name) => inDirectory(UNITS, name));
  } catch {
    return [];
  }
}
