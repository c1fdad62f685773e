import { constants } from 'node:fs';
import fs from 'fs-extra';
import { errorCode, UnitPatchError } from '../errors.js';
import { decodeBytes, decodeLatin1, encodeBytes, holdsBytes } from '../syntax/bytes.js';
import type { Entry, FileInfo, Files, Followed, Kind, RootPath } from './files.js';
import { baseName, CHASE_LINKS_MAX, inDirectory, kindsByName, parentOf, rootPath } from './files.js';
import { notAFile, readError, tooLarge, unresolvable } from './read-errors.js';

/** As many links as the kernel follows when it opens a file: MAXSYMLINKS. */
const OPEN_LINKS_MAX = 40;
/** Longer paths cannot be handed to the kernel, although links may lead there: PATH_MAX. */
const PATH_MAX = 4096;
/** An empty component, `.` or `..`; the root itself, too. */
const ODD_COMPONENT = /\/(?:\.{0,2})(?:\/|$)/;
/** Bytes that the names of a thousand units take. */
const LARGE_DIRECTORY = 64 * 1024;
/** One byte a character: a Buffer for each name takes longer than the reading. */
const LISTING = { withFileTypes: true, encoding: 'latin1' } as const;
/** No unit file comes near; a file of so many bytes takes seconds and half a gigabyte at worst. */
const FILE_MAX = 2 * 1024 * 1024;

/** A link is only ever read: nobody asks for its size. */
const LINK: FileInfo = { kind: 'link', size: 0, mode: 0o777 };

/**
 * Reads inside a root directory of this machine, `/` included. Paths are resolved component by component, so
 * that no link, whatever it says, leads out of the root. Directories met on the way are remembered, and so is what
 * they lead through that is not there: make a new object to see a changed tree.
 */
export class RootFiles implements Files {
  private readonly known = new Map<string, FileInfo | undefined>();
  /** by the resolved path of a directory, the kinds of what was in it */
  private readonly listed = new Map<string, ReadonlyMap<string, Kind>>();

  /**
   * @param root an existing directory, without a trailing slash unless it is `/`
   * @param isSnapshot whether whatever was seen once is never looked at again, and what a directory did not list is
   *   not there
   */
  constructor(
    readonly root: string,
    private readonly isSnapshot = false,
  ) {}

  /**
   * Where a path that has no links left lies on this machine.
   * @throws UnitPatchError where a name in it is no UTF-8: such names are read, never written
   */
  onHost(resolved: RootPath): string {
    const path = this.root === '/' ? resolved : this.root + resolved;
    if (holdsBytes(path)) throw readError(resolved, 'EILSEQ');
    return path;
  }

  lstat(path: RootPath): FileInfo | undefined {
    return this.followParents(path).info;
  }

  follow(path: RootPath): Followed {
    return reading(path, () => {
      const info = this.direct(path);
      if (info !== 'unknown' && info?.kind !== 'link') return { path, info, lost: false, links: 0 };
      return this.chase(namesIn(path), OPEN_LINKS_MAX, true);
    });
  }

  followParents(path: RootPath): Followed {
    return reading(path, () => {
      const info = this.direct(path);
      if (info !== 'unknown') return { path, info, lost: false, links: 0 };
      const names = namesIn(path).filter((name) => name !== '.');
      return this.chase(names, CHASE_LINKS_MAX, false);
    });
  }

  list(path: RootPath): readonly Entry[] | undefined {
    const directory = this.follow(path);
    if (directory.info?.kind !== 'directory') return undefined;
    const isLarge = directory.info.size > LARGE_DIRECTORY;
    const entries = reading(path, () => entriesIn(this.bytesOnHost(directory.path), isLarge));
    if (this.isSnapshot) this.listed.set(directory.path, kindsByName(entries));
    return entries;
  }

  readLink(path: RootPath): string {
    return this.textOfLink(this.followParents(path).path);
  }

  read(path: RootPath): Buffer {
    const { path: resolved, info, lost } = this.follow(path);
    if (lost) throw unresolvable(path);
    if (info) mustBeSmallFile(path, info);
    return reading(path, () => {
      // Should a FIFO stand here meanwhile: opening it would wait for a writer for ever.
      const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
      const file = fs.openSync(this.bytesOnHost(resolved), flags);
      try {
        const now = infoOf(fs.fstatSync(file));
        mustBeSmallFile(path, now);
        // What says that it is empty is not asked again: in /proc such files may have no end.
        return now.size === 0 ? Buffer.alloc(0) : readAll(file, now.size);
      } finally {
        fs.closeSync(file);
      }
    });
  }

  /** A path whose directory was met before, and is no link, needs one look. */
  private direct(path: RootPath): FileInfo | 'unknown' | undefined {
    const isPlain = !ODD_COMPONENT.test(path) && this.isDirectory(parentOf(path));
    return isPlain ? this.lstatInside(path) : 'unknown';
  }

  /** Whether that is known already, be it from a list. */
  private isDirectory(resolved: RootPath): boolean {
    const kind =
      this.known.get(resolved)?.kind ?? this.listed.get(parentOf(resolved))?.get(baseName(resolved));
    return kind === 'directory';
  }

  private chase(names: string[], linksMax: number, followLast: boolean): Followed {
    const todo = names.reverse();
    let done = rootPath('/');
    let info = this.lstatInside(done);
    let links = 0;
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      if (leadsNowhere(name, info)) return lost(done, links);
      if (name === '.') continue;
      const here = name === '..' ? parentOf(done) : inDirectory(done, name);
      const reachable = info?.kind === 'directory';
      info = reachable ? this.lstatInside(here, todo.length > 0) : undefined;
      if (info?.kind !== 'link' || (todo.length === 0 && !followLast)) {
        done = here;
        continue;
      }
      if (++links > linksMax) return lost(here, links);
      const target = this.textOfLink(here);
      if (target.startsWith('/')) done = rootPath('/');
      info = this.lstatInside(done);
      todo.push(...namesIn(target).reverse());
    }
    return { path: done, info, lost: false, links };
  }

  private textOfLink(resolved: RootPath): string {
    return reading(resolved, () =>
      decodeBytes(fs.readlinkSync(this.bytesOnHost(resolved), { encoding: 'buffer' })),
    );
  }

  private lstatInside(resolved: RootPath, isOnTheWay = false): FileInfo | undefined {
    const known = this.known.get(resolved);
    if (known !== undefined || this.known.has(resolved)) return known;
    const kinds = this.listed.get(parentOf(resolved));
    const kind = kinds?.get(baseName(resolved));
    if (kinds && (kind === undefined || kind === 'link')) return kind && LINK;
    const info = lstat(this.bytesOnHost(resolved));
    if (this.isSnapshot || info?.kind === 'directory' || (!info && isOnTheWay))
      this.known.set(resolved, info);
    return info;
  }

  /** Text where that says the same: Node.js takes longer over bytes. */
  private bytesOnHost(resolved: RootPath): string | Buffer {
    const path = this.root === '/' ? resolved : this.root + resolved;
    return holdsBytes(path) ? encodeBytes(path) : path;
  }
}

/**
 * Where a file system does not say of what kind an entry is (ext4 and XFS may be made so), Node.js looks itself, by a
 * name that it has decoded wrongly: then names stay bytes. What is refused is refused once more.
 */
function entriesIn(hostPath: string | Buffer, isLarge: boolean): Entry[] {
  try {
    return (isLarge ? entriesInTurn : entriesAtOnce)(hostPath);
  } catch {
    return fs
      .readdirSync(Buffer.from(hostPath), { withFileTypes: true, encoding: 'buffer' })
      .map((entry) => ({ name: decodeBytes(entry.name), kind: kindOf(entry) }));
  }
}

function entriesAtOnce(hostPath: string | Buffer): Entry[] {
  return fs.readdirSync(hostPath, LISTING).map(entryOf);
}

/** Not sorted first, which takes longer than the reading; for a small directory it is the other way round. */
function entriesInTurn(hostPath: string | Buffer): Entry[] {
  const directory = fs.opendirSync(hostPath, { ...LISTING, bufferSize: 1024 });
  try {
    const entries: Entry[] = [];
    for (let next = directory.readSync(); next; next = directory.readSync()) entries.push(entryOf(next));
    return entries;
  } finally {
    directory.closeSync();
  }
}

function entryOf(entry: fs.Dirent): Entry {
  return { name: decodeLatin1(entry.name), kind: kindOf(entry) };
}

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

/**
 * The components of a path, as far as they say anything: a `.` or slash at the end stays, since it asks for a
 * directory.
 */
function namesIn(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return /\/\.?$|^\.$/.test(path) ? [...names, '.'] : names;
}

/** Does something that reads; what the system refuses becomes an error that names the path in the root. */
function reading<Result>(path: RootPath, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnitPatchError || errorCode(error) === '') throw error;
    throw readError(path, errorCode(error));
  }
}

/** Of a file that says how large it is; one that shrinks meanwhile gives less. */
function readAll(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let end = 0;
  for (let more = -1; more !== 0 && end < size; end += more)
    more = fs.readSync(file, bytes, end, size - end, null);
  return bytes.subarray(0, end);
}

function mustBeSmallFile(path: RootPath, { kind, size }: FileInfo): void {
  if (kind !== 'file') throw notAFile(path, kind);
  if (size > FILE_MAX) throw tooLarge(path, size, FILE_MAX);
}

/** `..` is asked of a directory only, and so is `.` of what is there. */
function leadsNowhere(name: string, behind: FileInfo | undefined): boolean {
  if (behind?.kind === 'directory') return false;
  return name === '..' || (name === '.' && behind !== undefined);
}

function lost(path: RootPath, links: number): Followed {
  return { path, info: undefined, lost: true, links };
}

function infoOf(stats: fs.Stats): FileInfo {
  return { kind: kindOf(stats), size: stats.size, mode: stats.mode & 0o7777 };
}

type Kinds = Pick<
  fs.Stats,
  'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isCharacterDevice' | 'isBlockDevice'
>;

function kindOf(stats: Kinds): Kind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'link';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : 'other';
}
