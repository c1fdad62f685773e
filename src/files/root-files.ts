import { errorCode, UnitPatchError } from '../errors.js';
import { holdsBytes } from '../syntax/bytes.js';
import { type Disk, LocalDisk } from './disk.js';
import {
  baseName,
  CHASE_LINKS_MAX,
  type FileInfo,
  type Files,
  type Followed,
  inDirectory,
  Listing,
  parentOf,
  PATH_MAX,
  type RootPath,
  rootPath,
} from './files.js';
import { mustBeSmallFile, type NamesOnDisk } from './read-disk.js';
import { readError, unresolvable } from './read-errors.js';

/** The most links that the kernel follows when it opens a file: MAXSYMLINKS. */
const OPEN_LINKS_MAX = 40;
/** An empty component, `.` or `..`; the root itself, too. */
const ODD_COMPONENT = /\/(?:\.{0,2})(?:\/|$)/;
/** In a larger directory only the requested files are looked up, since keeping and sorting all names takes longer. */
const MANY = 1000;

/** A link is only ever read: nobody asks for its size. */
const LINK: FileInfo = { kind: 'link', size: 0, mode: 0o777 };

/**
 * Reads inside a root: a directory of this machine, `/` included, or what another disk holds. Paths are resolved component by component, so
 * that no link leads out of the root. Directories met on the way are remembered, and so are missing ones: make a new
 * object to see a changed tree. A snapshot remembers everything, by resolved paths; this is the only cache of a root.
 */
export class RootFiles implements Files {
  private readonly known = new Map<string, FileInfo | undefined>();
  /** listings of directories; a plan of 50,000 unit files takes a third longer if they are listed again */
  private readonly listed = new Map<string, Listing>();
  /** texts of links; those of a listed directory are read while it is held open */
  private readonly links = new Map<string, string>();
  /** contents of files: always the same object, so that readSettings() finds its result again */
  private readonly contents = new Map<string, Buffer>();

  /**
   * @param root an existing directory, without a trailing slash unless it is `/`
   * @param isSnapshot whether every answer is remembered, and a file that a directory did not list counts as missing;
   *   refusals are not remembered
   * @param disk what the root lies on, if that is not this machine
   */
  constructor(
    readonly root: string,
    private readonly isSnapshot = false,
    private readonly disk: Disk = new LocalDisk(root),
  ) {}

  /**
   * Where a path that has no links left lies on this machine.
   * @throws UnitPatchError if a name in it is not UTF-8: such names are read, never written
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

  list(path: RootPath): Listing | undefined {
    const { path: resolved, info } = this.follow(path);
    if (info?.kind !== 'directory') return undefined;
    const listing =
      this.listed.get(resolved) ?? reading(path, () => unlessGone(() => this.listAnew(resolved, info.size)));
    if (this.isSnapshot && listing) this.listed.set(resolved, listing);
    return listing;
  }

  readLink(path: RootPath): string {
    return this.textOfLink(this.followParents(path).path);
  }

  read(path: RootPath): Buffer {
    const { path: resolved, info, lost } = this.follow(path);
    if (lost) throw unresolvable(path);
    const known = this.contents.get(resolved);
    if (known) return known;
    if (info) mustBeSmallFile(path, info);
    const bytes = reading(path, () => this.readNow(resolved, path));
    if (this.isSnapshot) this.contents.set(resolved, bytes);
    return bytes;
  }

  /** A file that was removed since it was seen is gone for every later question, too: answers have to agree. */
  private readNow(resolved: RootPath, path: RootPath): Buffer {
    try {
      return this.disk.read(resolved, path);
    } catch (error) {
      if (this.isSnapshot && errorCode(error) === 'ENOENT') this.known.set(resolved, undefined);
      throw error;
    }
  }

  /** The file at a path; unknown if a link or an odd component is on the way, or if the path is very long. */
  private direct(path: RootPath): FileInfo | 'unknown' | undefined {
    return path.length > PATH_MAX || ODD_COMPONENT.test(path) ? 'unknown' : this.plain(path);
  }

  private plain(path: RootPath, isOnTheWay = false): FileInfo | 'unknown' | undefined {
    const parent = parentOf(path);
    if (!this.isDirectory(parent)) {
      const above = parent === '/' ? this.lstatInside(parent) : this.plain(parent, true);
      if (above === 'unknown' || above?.kind === 'link') return 'unknown';
      if (above?.kind !== 'directory') return undefined;
    }
    return this.lstatInside(path, isOnTheWay);
  }

  /** Whether that is known already, from a listing for example. */
  private isDirectory(path: RootPath): boolean {
    const kind = this.known.get(path)?.kind ?? this.listed.get(parentOf(path))?.kind(baseName(path));
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
    const known = this.links.get(resolved);
    if (known !== undefined) return known;
    const text = reading(resolved, () => this.disk.readLink(resolved));
    if (this.isSnapshot) this.links.set(resolved, text);
    return text;
  }

  private listAnew(resolved: RootPath, size: number): Listing {
    const { files, others } = this.namesHeld(resolved, size, MANY + 1);
    if (files.length <= MANY) return new Listing(files, others);
    return new Listing(
      {
        files: () => reading(resolved, () => this.namesHeld(resolved, size).files),
        isFile: (name) => this.look(inDirectory(resolved, name))?.kind === 'file',
      },
      others,
    );
  }

  private namesHeld(resolved: RootPath, size: number, most?: number): NamesOnDisk {
    const { names, links } = this.disk.list(resolved, { size, most, linksMax: this.isSnapshot ? MANY : -1 });
    for (const [name, text] of links) this.links.set(inDirectory(resolved, name), text);
    return names;
  }

  private lstatInside(resolved: RootPath, isOnTheWay = false): FileInfo | undefined {
    const listing = this.known.has(resolved) ? undefined : this.listed.get(parentOf(resolved));
    const kind = listing?.kind(baseName(resolved));
    if (listing && (kind === undefined || kind === 'link')) return kind && LINK;
    return this.look(resolved, isOnTheWay);
  }

  /** The file that is there, without regard to the listing. */
  private look(resolved: RootPath, isOnTheWay = false): FileInfo | undefined {
    const known = this.known.get(resolved);
    if (known !== undefined || this.known.has(resolved)) return known;
    const info = this.disk.lstat(resolved);
    if (this.isSnapshot || info?.kind === 'directory' || (!info && isOnTheWay))
      this.known.set(resolved, info);
    return info;
  }
}

/** The components of a path, as far as they matter: a `.` or slash at the end stays, since it needs a directory. */
function namesIn(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '' && name !== '.');
  return /\/\.?$|^\.$/.test(path) ? [...names, '.'] : names;
}

/** Runs a reading operation; an error of the system becomes one that names the path in the root. */
function reading<Result>(path: RootPath, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnitPatchError || errorCode(error) === '') throw error;
    throw readError(path, errorCode(error));
  }
}

/** A directory that was removed since its parent was looked at is none, as it is to systemd. */
function unlessGone<Result>(list: () => Result): Result | undefined {
  try {
    return list();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** `..` needs a directory before it, and so does `.` if something is there. */
function leadsNowhere(name: string, behind: FileInfo | undefined): boolean {
  return behind?.kind !== 'directory' && (name === '..' || (name === '.' && behind !== undefined));
}

function lost(path: RootPath, links: number): Followed {
  return { path, info: undefined, lost: true, links };
}
