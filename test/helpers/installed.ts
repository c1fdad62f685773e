import fs from 'fs-extra';
import path from 'node:path';

/**
 * Copies the built command, with all that it reads of its package, into a directory: there others may run it, since the
 * checkout may be closed to them.
 * @returns the file to run
 */
export function installCommand(directory: string): string {
  const filter = (file: string): boolean => path.basename(file) !== '.cache';
  for (const name of ['dist/bin', 'templates', 'package.json'])
    fs.copySync(name, path.join(directory, name), { filter });
  return path.join(directory, 'dist/bin/unit-patch.cjs');
}
