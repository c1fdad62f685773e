import { constants } from 'node:fs';
import { resolve } from 'node:path';
import fs from 'fs-extra';

/**
 * A directory that is held open, so that what is done in it happens there, whatever its path leads to meanwhile:
 * Node.js has no openat(2), and the kernel's name for an open directory, /proc/self/fd/N, does the same.
 */
export class PinnedDirectory {
  private constructor(
    private readonly handle: number,
    private readonly path: string,
  ) {}

  /**
   * Runs something with a directory that is held open.
   * @param hostPath without links, as RootFiles resolves it
   * @throws Error where the path leads through a link by now
   */
  static hold<Result>(hostPath: string, run: (directory: PinnedDirectory) => Result): Result {
    const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
    const path = resolve(hostPath);
    const handle = fs.openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    const pinned = `/proc/self/fd/${handle}`;
    try {
      const isPinned = fs.existsSync('/proc/self/fd');
      const real = isPinned ? fs.readlinkSync(pinned) : fs.realpathSync(path);
      if (real !== path) throw new Error(`${path} was moved while it was to be written`);
      return run(new PinnedDirectory(handle, isPinned ? pinned : path));
    } catch (error) {
      // Nobody knows the file by that name.
      const { message } = error as Error;
      throw Object.assign(error as Error, { message: message.replaceAll(pinned, path) });
    } finally {
      closeQuietly(handle);
    }
  }

  /** The path of an entry, good while the directory is held. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** The names of its regular files. */
  fileNames(): string[] {
    const entries = fs.readdirSync(`${this.path}/.`, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  /** Makes a rename or removal last through a power cut, where the file system can say so. */
  sync(): void {
    fs.fsyncSync(this.handle);
  }
}

/** Nothing was written through the handle of a directory: there is nothing that closing it could lose. */
function closeQuietly(handle: number): void {
  try {
    fs.closeSync(handle);
  } catch {
    // see above
  }
}
