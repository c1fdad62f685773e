import { encodeBytes, holdsBytes } from '../syntax/bytes.js';
import { type FileInfo, lstat, type RootPath } from './files.js';
import { PinnedDirectory } from './pinned-directory.js';
import { linksIn, listDirectory, type NamesOnDisk, readPinnedFile, readPinnedLink } from './read-disk.js';

/** How to list a directory. */
export interface ListOptions {
  /** its size by stat(2), in bytes */
  readonly size: number;
  /** how many names of files are enough */
  readonly most?: number | undefined;
  /** reads its symbolic links too, unless more entries than this are no regular files */
  readonly linksMax: number;
}

/** The content of a directory, with what its symbolic links point to if they were read. */
export interface ListedOnDisk {
  readonly names: NamesOnDisk;
  readonly links: readonly (readonly [name: string, text: string])[];
}

/**
 * What a root lies on, by paths that have no links left. Methods throw a system error, or a UnitPatchError that names
 * the path.
 */
export interface Disk {
  lstat(resolved: RootPath): FileInfo | undefined;
  list(resolved: RootPath, options: ListOptions): ListedOnDisk;
  readLink(resolved: RootPath): string;
  /** @param path what the file is called in errors */
  read(resolved: RootPath, path: RootPath): Buffer;
}

/** A directory of this machine. What is read is held open, so that nobody exchanges it for a link meanwhile. */
export class LocalDisk implements Disk {
  /** @param root its path on this machine, as openRoot() resolves it */
  constructor(readonly root: string) {}

  lstat(resolved: RootPath): FileInfo | undefined {
    return lstat(this.place(resolved));
  }

  list(resolved: RootPath, { size, most, linksMax }: ListOptions): ListedOnDisk {
    return PinnedDirectory.hold(this.place(resolved), (held) => {
      const names = listDirectory(held.at('.'), size, most);
      // Holding a directory once for all of its links costs less than holding it for each.
      return { names, links: names.others.size <= linksMax ? linksIn(held, names) : [] };
    });
  }

  readLink(resolved: RootPath): string {
    return readPinnedLink(this.place(resolved));
  }

  read(resolved: RootPath, path: RootPath): Buffer {
    return readPinnedFile(this.place(resolved), path);
  }

  /** Text if it says the same: bytes take Node.js longer. */
  private place(resolved: RootPath): string | Buffer {
    const path = this.root === '/' ? resolved : this.root + resolved;
    return holdsBytes(path) ? encodeBytes(path) : path;
  }
}
