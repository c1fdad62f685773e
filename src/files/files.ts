/** Reading inside one root: the types that all folders share. This file touches no file system. */
import fs from 'node:fs';
import { errorCode } from '../errors.js';

/**
 * An absolute path as it is inside the root, never a path of the machine that an image root lies on.
 * @pattern ^/
 */
export type RootPath = string & { readonly insideRoot: unique symbol };

/** Declares that `path` is meant inside the root; it must be absolute. */
export function rootPath(path: string): RootPath {
  if (!path.startsWith('/')) throw new TypeError(`not an absolute path: ${path}`);
  return path as RootPath;
}

/** `name` in the directory `dir`. */
export function inDirectory(dir: RootPath, name: string): RootPath {
  // The path of a directory is absolute already; checking a long one again would cost its length each time.
  return (dir === '/' ? `/${name}` : `${dir}/${name}`) as RootPath;
}

/** The last component of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The directory that holds a path. */
export function parentOf(path: RootPath): RootPath {
  return rootPath(path.slice(0, path.lastIndexOf('/')) || '/');
}

/** The kind of file at a path. */
export type FileKind = 'file' | 'directory' | 'link' | 'device' | 'other';

/** The result of lstat(), as far as this program uses it. */
export interface FileInfo {
  readonly kind: FileKind;
  /** in bytes */
  readonly size: number;
  /** permission bits, 0o644 for example */
  readonly mode: number;
}

/** Where a path ends up when every link is followed inside the root. */
export interface Followed {
  readonly path: RootPath;
  /** undefined if nothing is there: a link to nowhere */
  readonly info: FileInfo | undefined;
  /** the path leads into a loop of links, or through `..` after something that is not a directory: it means nothing */
  readonly lost: boolean;
  /** how many links were followed on the way */
  readonly links: number;
}

/** The number of links that systemd's chase() follows before it reports a loop; the kernel follows more (252, 257). */
export const CHASE_LINKS_MAX = 31;

/**
 * Reading inside one root. Every path is resolved inside it, component by component; absolute links and `..`
 * never lead out. Methods throw a UnitPatchError with the code of the system error (EACCES, EIO …) if reading is
 * refused. Bytes of names that are not UTF-8 are kept as decodeBytes() does.
 */
export interface Files {
  /** Where the root lies on this machine: `/` for the running system. */
  readonly root: string;
  /** The file at `path`, its last component not followed; undefined if there is none. */
  lstat(path: RootPath): FileInfo | undefined;
  /** Follows every link of `path`, as the kernel does when it opens a file. */
  follow(path: RootPath): Followed;
  /** Follows the links of all components but the last, as systemd's chase() does; components need not exist. */
  followParents(path: RootPath): Followed;
  /** The content of a directory, or of the one that a link leads to; undefined if there is no directory. */
  list(path: RootPath): Listing | undefined;
  /** The text of a link. */
  readLink(path: RootPath): string;
  /** The content of a regular file, links followed; one that is larger than any unit file is refused (EFBIG). */
  read(path: RootPath): Buffer;
}

/** How to look up files if there are too many to keep all names. */
export interface Many {
  /** returns all names */
  readonly files: () => readonly string[];
  /** whether there is a regular file with this name */
  readonly isFile: (name: string) => boolean;
}

/** The content of a directory, in no order. */
export class Listing {
  private all: readonly string[] | undefined;
  private known: ReadonlySet<string> | undefined;

  /**
   * @param regular the names of its regular files
   * @param others the names of everything else, with their kinds
   */
  constructor(
    private readonly regular: readonly string[] | Many,
    readonly others: ReadonlyMap<string, FileKind>,
  ) {}

  /** The names of its regular files. */
  get files(): readonly string[] {
    this.all ??= 'isFile' in this.regular ? this.regular.files() : this.regular;
    return this.all;
  }

  /** The kind of the file with this name; undefined if there is none. */
  kind(name: string): FileKind | undefined {
    return this.others.get(name) ?? (this.isFile(name) ? 'file' : undefined);
  }

  /** All names. */
  names(): string[] {
    return [...this.files, ...this.others.keys()];
  }

  private isFile(name: string): boolean {
    if ('isFile' in this.regular) return this.regular.isFile(name);
    this.known ??= new Set(this.regular);
    return this.known.has(name);
  }
}

/**
 * The listing of a directory that holds these names, for callers of the library that bring their own files.
 * @example
 * ```ts
 * import { listingOf } from 'unit-patch';
 *
 * const listing = listingOf([['docker.service', 'file'], ['docker.service.d', 'directory']]);
 * assert.deepEqual(listing.files, ['docker.service']);
 * assert.equal(listing.kind('docker.service.d'), 'directory');
 * ```
 */
export function listingOf(kinds: Iterable<readonly [name: string, kind: FileKind]>): Listing {
  const [files, others] = [[] as string[], new Map<string, FileKind>()];
  for (const [name, kind] of kinds) {
    if (kind === 'file') files.push(name);
    else others.set(name, kind);
  }
  return new Listing(files, others);
}

export const NOTHING_LISTED = listingOf([]);

/** Longer paths cannot be handed to the kernel, although links may lead there: PATH_MAX. */
export const PATH_MAX = 4096;

/** lstat(2) of a path of this machine; undefined if nothing can be there. */
export function lstat(hostPath: string | Buffer): FileInfo | undefined {
  try {
    const stats = fs.lstatSync(hostPath, { throwIfNoEntry: false });
    return stats && infoOf(stats);
  } catch (error) {
    const code = errorCode(error);
    // A name that is too long cannot exist; a file at the end of a long path may.
    const isName = code === 'ENAMETOOLONG' && hostPath.length < PATH_MAX;
    if (isName || code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The result of stat(2), as far as this program uses it. */
export function infoOf(stats: fs.Stats): FileInfo {
  return { kind: kindOf(stats), size: stats.size, mode: stats.mode & 0o7777 };
}

type Kinds = Pick<
  fs.Stats,
  'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isCharacterDevice' | 'isBlockDevice'
>;

/** The kind that Node.js reports, from stat(2) or from a directory listing. */
export function kindOf(stats: Kinds): FileKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'link';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : 'other';
}
