import fs, { constants } from 'node:fs';
import { resolve } from 'node:path';
import { EXIT, UnitPatchError } from '../errors.js';
import { hasProc, liesAt } from './proc.js';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * A directory that is held open, so that work in it happens there even if its path leads elsewhere meanwhile. Node.js
 * has no openat(2); the kernel's name for an open directory, /proc/self/fd/N, does the same. Without /proc the working
 * directory serves.
 */
export class PinnedDirectory {
  private constructor(
    private readonly handle: number,
    private readonly path: string,
  ) {}

  /**
   * Runs something with a directory that is held open.
   * @param hostPath without links, as RootFiles resolves it
   * @throws UnitPatchError `moved` if the path leads elsewhere by now
   */
  static hold<Result>(hostPath: string | Buffer, run: (directory: PinnedDirectory) => Result): Result {
    const path = typeof hostPath === 'string' ? resolve(hostPath) : hostPath;
    return hasProc() ? holdByProc(path, held) : holdByWorkingDirectory(path, held);

    function held(handle: number, place: string): Result {
      return run(new PinnedDirectory(handle, place));
    }
  }

  /** The path of an entry, good while the directory is held. */
  at(name: string): string {
    return `${this.path}/${name}`;
  }

  /** The path of an entry whose name need not be UTF-8. */
  atBytes(name: Buffer): Buffer {
    return Buffer.concat([Buffer.from(`${this.path}/`), name]);
  }

  /** The names of its regular files. */
  fileNames(): string[] {
    const entries = fs.readdirSync(`${this.path}/.`, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  }

  /** Makes a rename or removal survive a power cut, if the file system supports that. */
  sync(): void {
    fs.fsyncSync(this.handle);
  }
}

type Held<Result> = (handle: number, place: string) => Result;

function holdByProc<Result>(path: string | Buffer, run: Held<Result>): Result {
  const handle = openDirectory(path);
  const place = `/proc/self/fd/${handle}`;
  try {
    if (!liesAt(handle, path)) throw moved(path);
    return run(handle, place);
  } catch (error) {
    // Nobody knows the file by that name.
    const { message } = error as Error;
    throw Object.assign(error as Error, { message: message.replaceAll(place, path.toString()) });
  } finally {
    closeQuietly(handle);
  }
}

/** The kernel knows where the working directory lies, and keeps it as it keeps open files. */
function holdByWorkingDirectory<Result>(path: string | Buffer, run: Held<Result>): Result {
  const back = workingDirectory();
  mustBeText(path);
  process.chdir(path.toString());
  try {
    if (workingDirectory() !== path.toString()) throw moved(path);
    const handle = openDirectory('.');
    try {
      return run(handle, '.');
    } finally {
      closeQuietly(handle);
    }
  } finally {
    leaveTo(back);
  }
}

function openDirectory(path: string | Buffer): number {
  return fs.openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
}

/** process.chdir() takes text only. */
function mustBeText(path: string | Buffer): void {
  const isText = typeof path === 'string' || path.equals(Buffer.from(path.toString()));
  if (!isText) throw Object.assign(new Error('not UTF-8'), { code: 'EILSEQ' });
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    // It was removed.
    return '';
  }
}

function leaveTo(path: string): void {
  try {
    process.chdir(path);
  } catch {
    process.chdir('/');
  }
}

/** The error for a path that leads elsewhere than when it was resolved. */
export function moved(path: string | Buffer): UnitPatchError {
  return new UnitPatchError(
    'moved',
    `${path.toString()} was moved while it was used`,
    EXIT.usage,
    'run it again when nothing else changes these directories',
  );
}

/** Nothing is written through the handle of a directory, so closing it can lose nothing. */
function closeQuietly(handle: number): void {
  try {
    fs.closeSync(handle);
  } catch {
    // see above
  }
}
