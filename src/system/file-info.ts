import fs from 'fs-extra';
import { errorCode } from '../errors.js';
import type { FileInfo, Kind } from './files.js';

/** Longer paths cannot be handed to the kernel, although links may lead there: PATH_MAX. */
export const PATH_MAX = 4096;

/** lstat(2) of a path of this machine; undefined where nothing can stand there. */
export function lstat(hostPath: string | Buffer): FileInfo | undefined {
  try {
    const stats = fs.lstatSync(hostPath, { throwIfNoEntry: false });
    return stats && infoOf(stats);
  } catch (error) {
    const code = errorCode(error);
    // A name that is too long cannot exist; what a long way leads to may.
    const isName = code === 'ENAMETOOLONG' && hostPath.length < PATH_MAX;
    if (isName || code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** What stat(2) says, as far as anybody here asks. */
export function infoOf(stats: fs.Stats): FileInfo {
  return { kind: kindOf(stats), size: stats.size, mode: stats.mode & 0o7777 };
}

type Kinds = Pick<
  fs.Stats,
  'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isCharacterDevice' | 'isBlockDevice'
>;

/** What kind of thing Node.js tells of, be it by stat(2) or in the list of a directory. */
export function kindOf(stats: Kinds): Kind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'link';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : 'other';
}
