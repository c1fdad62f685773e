import fs from 'node:fs';
import { randomBytes } from 'node:crypto';
import { errorCode } from '../errors.js';
import { inDirectory, rootPath, type RootPath } from '../files/files.js';
import { PinnedDirectory } from '../files/pinned-directory.js';
import type { RootFiles } from '../files/root-files.js';

const NAME = /^\.(.+)\.unit-patch-([1-9][0-9]{0,8})-([0-9a-f]{8})[0-9a-f]{12}\.tmp$/;
/** No writer takes so long. */
const OLD_MS = 24 * 60 * 60 * 1000;
const UNKNOWN = '00000000';

/**
 * A new name for a file on its way to `name`, or for a note that a directory of this name is being made or removed: it
 * begins with a dot, so that systemd does not read it, and holds the pid and the PID namespace of its writer, so that
 * others see whether that one is still at work.
 */
export function temporaryName(name: string): string {
  return `.${name.slice(0, 200)}.unit-patch-${process.pid}-${pidNamespace()}${randomBytes(6).toString('hex')}.tmp`;
}

/** A leftover of a killed writer: a temporary file, or a note about a directory. */
interface Leftover {
  readonly name: string;
  /** the directory that it had just made, or was about to remove */
  readonly noted: string | undefined;
}

/** The names of the leftovers of killed writers in a directory; nothing is removed. */
export function leftoverNames(directory: PinnedDirectory): string[] {
  return leftovers(directory).map(({ name }) => name);
}

/**
 * Removes what killed writers left in a directory, and the empty directories that they had just made or were about to
 * remove; what cannot be removed stays.
 * @returns the names of what was removed
 */
export function removeLeftovers(directory: PinnedDirectory): string[] {
  return leftovers(directory).flatMap(({ name, noted }) => {
    try {
      const removed = noted !== undefined && removeIfEmpty(directory.at(noted)) ? [noted] : [];
      fs.unlinkSync(directory.at(name));
      return [...removed, name];
    } catch {
      // It harms nobody, and another writer may have been quicker.
      return [];
    }
  });
}

function leftovers(directory: PinnedDirectory): Leftover[] {
  return namesIn(directory).flatMap((name) => {
    const [, target = '', pid, namespace] = NAME.exec(name) ?? [];
    if (pid === undefined) return [];
    try {
      const { mtimeMs, size } = fs.lstatSync(directory.at(name));
      const isOver =
        (namespace === pidNamespace() && namespace !== UNKNOWN && !runs(Number(pid))) || isOld(mtimeMs);
      const isNote = size === 0 && !['.', '..'].includes(target);
      return isOver ? [{ name, noted: isNote ? target : undefined }] : [];
    } catch {
      return [];
    }
  });
}

function removeIfEmpty(directory: string): boolean {
  try {
    fs.rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

function namesIn(directory: PinnedDirectory): string[] {
  try {
    return directory.fileNames();
  } catch {
    return [];
  }
}

function isOld(mtimeMs: number): boolean {
  return Date.now() - mtimeMs > OLD_MS;
}

let ownNamespace: string | undefined;

/** The inode of this process's PID namespace, in eight digits; zeros without /proc. */
function pidNamespace(): string {
  ownNamespace ??= readNamespace();
  return ownNamespace;
}

function readNamespace(): string {
  try {
    const inode = /\[(\d+)\]/.exec(fs.readlinkSync('/proc/self/ns/pid'))?.[1] ?? '0';
    return Number(inode).toString(16).padStart(8, '0').slice(-8);
  } catch {
    return UNKNOWN;
  }
}

/** Whether a process with that number runs, of any user: kill(2) with signal 0. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/**
 * Where this program writes: its drop-ins lie one level below the last one, and each of these may have been made for
 * them.
 */
const UNITS = rootPath('/etc/systemd/system');
const ABOVE = [rootPath('/etc'), rootPath('/etc/systemd')];
/** More directories are not looked into. */
const MOST = 1000;

/**
 * Visits the leftovers of killed runs in a root, the inner directories first.
 * @param act what to do in each directory: leftoverNames() or removeLeftovers()
 * @returns the paths that it names
 */
export function leftoversIn(files: RootFiles, act: (directory: PinnedDirectory) => string[]): RootPath[] {
  return [...dropInDirectories(files), UNITS, ...ABOVE.reverse()].flatMap((directory) => {
    try {
      const { path, info } = files.follow(directory);
      if (info?.kind !== 'directory') return [];
      const names = PinnedDirectory.hold(files.onHost(path), act);
      return names.map((name) => inDirectory(directory, name));
    } catch {
      // The plan reports directories that cannot be read: it reads the same ones.
      return [];
    }
  });
}

function dropInDirectories(files: RootFiles): RootPath[] {
  try {
    const listing = files.list(UNITS);
    const names = [...(listing?.others.keys() ?? [])].filter((name) => name.endsWith('.d'));
    return names.slice(0, MOST).map((name) => inDirectory(UNITS, name));
  } catch {
    return [];
  }
}
