import fs, { constants } from 'node:fs';
import { errorCode } from '../errors.js';
import { lstat, type RootPath } from '../files/files.js';
import type { PinnedDirectory } from '../files/pinned-directory.js';

/** The errors of file systems without hard links: vfat, some of FUSE. */
const NO_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'];

/**
 * Gives a temporary file its name, unless somebody else has made one of that name meanwhile: link(2), not rename(2).
 */
export function create(parent: PinnedDirectory, temporary: string, name: string, path: RootPath): void {
  try {
    fs.linkSync(parent.at(temporary), parent.at(name));
  } catch (error) {
    const hasLinks = !NO_LINKS.includes(errorCode(error));
    if (errorCode(error) === 'EEXIST' || (!hasLinks && lstat(parent.at(name))))
      throw new Error(`${path} was made by another program meanwhile`, { cause: error });
    if (hasLinks) throw error;
    fs.renameSync(parent.at(temporary), parent.at(name));
    return;
  }
  fs.unlinkSync(parent.at(temporary));
}

/** Fails if a file has changed since the plan was made, or is gone. */
export function mustStillBe(place: string, before: string, path: RootPath): void {
  if (textOf(place) !== before) throw new Error(`${path} has changed since the plan was made; plan again`);
}

function textOf(place: string): string | undefined {
  if (lstat(place)?.kind !== 'file') return undefined;
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = fs.openSync(place, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    return fs.readFileSync(file, 'utf8');
  } finally {
    fs.closeSync(file);
  }
}

/** Removes a file, unless it has gone already. If fs.rmSync() fails, Node.js 24 and 26 do not say why: `code` is empty. */
export function unlinkIfThere(place: string): void {
  try {
    fs.unlinkSync(place);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
