/** What the pure rooms may know of a file system: reading, inside one root. Types only; nothing is touched here. */

import type { Listing } from './listing.js';

/** An absolute path as it is inside the root, never a path of the machine that an image root lies on. */
export type RootPath = string & { readonly insideRoot: unique symbol };

/** Declares that `path` is meant inside the root; it must be absolute. */
export function rootPath(path: string): RootPath {
  if (!path.startsWith('/')) throw new TypeError(`not an absolute path: ${path}`);
  return path as RootPath;
}

/** `name` in the directory `dir`. */
export function inDirectory(dir: RootPath, name: string): RootPath {
  return rootPath(dir === '/' ? `/${name}` : `${dir}/${name}`);
}

/** The last component of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The directory that a path stands in. */
export function parentOf(path: RootPath): RootPath {
  return rootPath(path.slice(0, path.lastIndexOf('/')) || '/');
}

/** What kind of thing stands at a path. */
export type Kind = 'file' | 'directory' | 'link' | 'device' | 'other';

/** What lstat() says, as far as anybody here asks. */
export interface FileInfo {
  readonly kind: Kind;
  /** in bytes */
  readonly size: number;
  /** permission bits, 0o644 for example */
  readonly mode: number;
}

/** Where a path ends up when every link is followed inside the root. */
export interface Followed {
  readonly path: RootPath;
  /** undefined where nothing stands there: a link to nowhere */
  readonly info: FileInfo | undefined;
  /** the path leads into a loop of links, or through `..` behind what is no directory: it means nothing */
  readonly lost: boolean;
  /** how many links were followed on the way */
  readonly links: number;
}

/** As many links as systemd's chase() follows before it speaks of a loop; the kernel follows more (252, 257). */
export const CHASE_LINKS_MAX = 31;

/**
 * Reading inside one root. Every path is resolved inside it, component by component; absolute links and `..`
 * never lead out. Methods throw a UnitPatchError that has the code of the system error (EACCES, EIO …) where
 * reading is refused. Bytes of names that are not UTF-8 stand as decodeBytes() has them.
 */
export interface Files {
  /** Where the root stands on this machine: `/` for the running system. */
  readonly root: string;
  /** What stands at `path`, its last component not followed; undefined where nothing does. */
  lstat(path: RootPath): FileInfo | undefined;
  /** Follows every link of `path`, as the kernel does when it opens a file. */
  follow(path: RootPath): Followed;
  /** Follows the links of all components but the last, as systemd's chase() does; components need not exist. */
  followParents(path: RootPath): Followed;
  /** What a directory (or what a link leads to) holds; undefined where there is no directory. */
  list(path: RootPath): Listing | undefined;
  /** What a link says. */
  readLink(path: RootPath): string;
  /** The content of a regular file, links followed; one that is larger than any unit file is refused (EFBIG). */
  read(path: RootPath): Buffer;
}
