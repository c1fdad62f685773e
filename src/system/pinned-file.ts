import { constants } from 'node:fs';
import fs from 'fs-extra';
import { moved, PinnedDirectory } from './pinned-directory.js';
import { hasProc, liesAt } from './proc.js';

/** Should a FIFO stand there meanwhile: opening it would wait for a writer for ever. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens a file for reading, and makes sure that it lies where its path says: a directory on the way may have been
 * exchanged for a link since the path was resolved.
 * @param hostPath without links, as RootFiles resolves it
 * @returns its descriptor
 * @throws UnitPatchError `moved` if it lies elsewhere; a system error
 */
export function openPinned(hostPath: string | Buffer): number {
  if (!hasProc()) return inItsDirectory(hostPath, (path) => fs.openSync(path, FLAGS));
  const file = fs.openSync(hostPath, FLAGS);
  try {
    if (liesAt(file, hostPath)) return file;
  } catch (error) {
    fs.closeSync(file);
    throw error;
  }
  fs.closeSync(file);
  throw moved(hostPath);
}

/** What a link says, read in the directory that its path names. */
export function readPinnedLink(hostPath: string | Buffer): Buffer {
  return inItsDirectory(hostPath, (path) => fs.readlinkSync(path, { encoding: 'buffer' }));
}

function inItsDirectory<Result>(hostPath: string | Buffer, run: (path: string | Buffer) => Result): Result {
  const slash = hostPath.lastIndexOf('/');
  if (typeof hostPath === 'string')
    return PinnedDirectory.hold(hostPath.slice(0, slash) || '/', (directory) =>
      run(directory.at(hostPath.slice(slash + 1))),
    );
  return PinnedDirectory.hold(slash === 0 ? '/' : hostPath.subarray(0, slash), (directory) =>
    run(directory.atBytes(hostPath.subarray(slash + 1))),
  );
}
