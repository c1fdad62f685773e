import fs from 'fs-extra';
import { errorCode } from '../errors.js';
import type { Entry, FileInfo, Files, Followed, Kind, RootPath } from './files.js';
import { inDirectory, parentOf, rootPath } from './files.js';

/** As many links as systemd's chase_symlinks() follows before it speaks of a loop. */
const LINKS_MAX = 32;

/**
 * Reads inside a root directory of this machine, `/` included. Paths are resolved component by component, so
 * that no link, whatever it says, leads out of the root. Directories met on the way are remembered: make a new
 * object to see a changed tree.
 */
export class RootFiles implements Files {
  private readonly directories = new Map<string, FileInfo>();

  /** @param root an existing directory, without a trailing slash unless it is `/` */
  constructor(readonly root: string) {}

  /** Where a path that has no links left lies on this machine. */
  onHost(resolved: RootPath): string {
    return this.root === '/' ? resolved : this.root + resolved;
  }

  lstat(path: RootPath): FileInfo | undefined {
    return this.followParents(path).info;
  }

  follow(path: RootPath): Followed {
    return this.chase(path, true);
  }

  followParents(path: RootPath): Followed {
    return this.chase(path, false);
  }

  list(path: RootPath): readonly Entry[] | undefined {
    const directory = this.follow(path);
    if (directory.info?.kind !== 'directory') return undefined;
    return fs
      .readdirSync(this.onHost(directory.path), { withFileTypes: true })
      .map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  }

  readLink(path: RootPath): string {
    return fs.readlinkSync(this.onHost(this.followParents(path).path));
  }

  read(path: RootPath): Buffer {
    const { path: resolved, info, lost } = this.follow(path);
    if (lost) throw unresolvable(path);
    // Opening a FIFO would wait for a writer for ever.
    if (info && info.kind !== 'file') throw notAFile(path, info.kind);
    return fs.readFileSync(this.onHost(resolved));
  }

  private chase(path: RootPath, followLast: boolean): Followed {
    const todo = namesIn(path);
    let done = rootPath('/');
    let info = this.lstatOnHost(done);
    let links = 0;
    for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
      const here = name === '..' ? parentOf(done) : inDirectory(done, name);
      const reachable = info?.kind === 'directory';
      if (name === '..' && !reachable) return { path: here, info: undefined, lost: true };
      info = reachable ? this.lstatOnHost(here) : undefined;
      if (info?.kind !== 'link' || (todo.length === 0 && !followLast)) {
        done = here;
        continue;
      }
      if (++links > LINKS_MAX) return { path: here, info: undefined, lost: true };
      const target = fs.readlinkSync(this.onHost(here));
      if (target.startsWith('/')) done = rootPath('/');
      info = this.lstatOnHost(done);
      todo.push(...namesIn(target));
    }
    return { path: done, info, lost: false };
  }

  private lstatOnHost(resolved: RootPath): FileInfo | undefined {
    const known = this.directories.get(resolved);
    if (known) return known;
    const info = lstat(this.onHost(resolved));
    if (info?.kind === 'directory') this.directories.set(resolved, info);
    return info;
  }
}

/** lstat(2) of a path of this machine; undefined where nothing can stand there. */
export function lstat(hostPath: string): FileInfo | undefined {
  try {
    const stats = fs.lstatSync(hostPath, { throwIfNoEntry: false });
    if (!stats) return undefined;
    return { kind: kindOf(stats), size: stats.size, mode: stats.mode & 0o7777 };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error))) return undefined;
    throw error;
  }
}

/** The components of a path that lead anywhere, the last one first. */
function namesIn(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .reverse();
}

type Stats = Pick<
  fs.Stats,
  'isFile' | 'isDirectory' | 'isSymbolicLink' | 'isCharacterDevice' | 'isBlockDevice'
>;

function kindOf(stats: Stats): Kind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'link';
  return stats.isCharacterDevice() || stats.isBlockDevice() ? 'device' : 'other';
}

/** The error for a path that a loop of links, or a `..` behind no directory, makes meaningless. */
export function unresolvable(path: string): Error {
  return Object.assign(new Error(`ELOOP: ${path} cannot be resolved`), { code: 'ELOOP' });
}

function notAFile(path: string, kind: Kind): Error {
  const code = kind === 'directory' ? 'EISDIR' : 'EINVAL';
  return Object.assign(new Error(`${code}: ${path} is not a regular file (${kind})`), { code });
}
