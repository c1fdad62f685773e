import fs from 'node:fs';
import path from 'node:path';
import { errorCode, EXIT, UnitPatchError } from '../errors.js';
import { RootFiles } from './root-files.js';

/**
 * Opens a root file system or image tree for reading.
 * @param directory its path on this machine; links in it are followed
 * @throws UnitPatchError `bad-root` if there is no such directory
 * @example
 * ```ts
 * import { openRoot, UnitPatchError } from 'unit-patch';
 *
 * assert.equal(openRoot('examples/centos-7').lstat('/usr').kind, 'directory');
 * assert.throws(() => openRoot('nowhere'), UnitPatchError);
 * ```
 */
export function openRoot(directory: string): RootFiles {
  if (directory.trim() === '') throw badRoot('--root is empty');
  try {
    const resolved = fs.realpathSync.native(path.resolve(directory));
    if (!fs.statSync(resolved).isDirectory()) throw badRoot(`--root ${directory} is not a directory`);
    return new RootFiles(resolved);
  } catch (error) {
    if (error instanceof UnitPatchError) throw error;
    const reasons: Partial<Record<string, string>> = {
      ENOENT: 'does not exist',
      EACCES: 'may not be entered',
    };
    const code = errorCode(error);
    throw badRoot(`--root ${directory} ${reasons[code] ?? `cannot be opened (${code})`}`);
  }
}

function badRoot(message: string): UnitPatchError {
  return new UnitPatchError('bad-root', message, EXIT.usage, 'name a directory that holds etc/ and usr/');
}
