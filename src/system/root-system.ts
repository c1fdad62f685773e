import fs, { constants } from 'node:fs';
import type { Disk } from '../files/disk.js';
import { baseName, type Files, inDirectory, lstat, parentOf, type RootPath } from '../files/files.js';
import { PinnedDirectory } from '../files/pinned-directory.js';
import { unresolvable } from '../files/read-errors.js';
import { RootFiles } from '../files/root-files.js';
import { create, mustStillBe, unlinkIfThere } from './replace-file.js';
import { retryOnce } from './retry.js';
import type { Engine, Manager, System } from './system.js';
import { leftoverNames, leftoversIn, removeLeftovers, temporaryName } from './temporary.js';

const FILE_MODE = 0o644;
const PROGRAM_MODE = 0o755;
const DIRECTORY_MODE = 0o755;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A root directory of this machine that may be written; with a manager, the running system. */
export class RootSystem implements System {
  /** by the path of a directory that comes or goes, the name of the note beside it */
  private readonly notes = new Map<RootPath, string>();

  /**
   * @param root the result of openRoot()
   * @param manager the running systemd, if the root is the machine itself
   * @param engine its container engine
   * @param disk through which files() reads, if not directly
   */
  constructor(
    private readonly root: RootFiles,
    readonly manager: Manager | undefined,
    readonly engine?: Engine,
    private readonly disk?: Disk,
  ) {}

  files(): Files {
    return new RootFiles(this.root.root, true, this.disk);
  }

  /** The root as it is now. */
  protected view(): RootFiles {
    return new RootFiles(this.root.root);
  }

  whyNotWritable(): string | undefined {
    const isRoot = process.geteuid?.() === 0;
    return this.manager && !isRoot ? 'only root may write to /etc/systemd/system' : undefined;
  }

  makeDirectory(path: RootPath): void {
    this.inParent(path, (parent, name) => {
      const directory = parent.at(name);
      fs.mkdirSync(directory, DIRECTORY_MODE);
      try {
        const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
        withHandle(fs.openSync(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), (handle) => {
          fs.fchmodSync(handle, DIRECTORY_MODE);
        });
        parent.sync();
      } catch (error) {
        takeBack(error, path, () => {
          fs.rmdirSync(directory);
        });
      }
    });
  }

  removeDirectory(path: RootPath): void {
    this.inParent(path, (parent, name) => {
      fs.rmdirSync(parent.at(name));
      this.removeNote(path, parent);
      parent.sync();
    });
  }

  announce(path: RootPath): void {
    if (this.notes.has(path)) return;
    this.inParent(path, (parent, name) => {
      const note = temporaryName(name);
      const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
      this.notes.set(path, note);
      try {
        fs.closeSync(fs.openSync(parent.at(note), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE));
      } catch (error) {
        this.removeNote(path, parent);
        throw error;
      }
    });
  }

  settle(path: RootPath): void {
    if (!this.notes.has(path)) return;
    this.inParent(path, (parent) => {
      this.removeNote(path, parent);
    });
  }

  settleAll(): { path: RootPath; error: unknown }[] {
    return [...this.notes].flatMap(([path, note]) => {
      try {
        this.settle(path);
        return [];
      } catch (error) {
        return [{ path: inDirectory(parentOf(path), note), error }];
      }
    });
  }

  leftovers(): RootPath[] {
    return leftoversIn(this.view(), leftoverNames);
  }

  clearLeftovers(): RootPath[] {
    return leftoversIn(this.view(), removeLeftovers);
  }

  writeFile(path: RootPath, content: string, before?: string | null, isExecutable = false): void {
    this.inParent(path, (parent, name) => {
      const info = lstat(parent.at(name));
      if (info && info.kind !== 'file') throw new Error(`${path} is not a regular file (${info.kind})`);
      removeLeftovers(parent);
      const temporary = temporaryName(name);
      const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
      const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
      const file = fs.openSync(parent.at(temporary), flags, FILE_MODE);
      try {
        withHandle(file, () => {
          fs.writeFileSync(file, content);
          fs.fchmodSync(file, isExecutable ? PROGRAM_MODE : FILE_MODE);
          fs.fsyncSync(file);
        });
        if (before === null) create(parent, temporary, name, path);
        else {
          if (before !== undefined) mustStillBe(parent.at(name), before, path);
          fs.renameSync(parent.at(temporary), parent.at(name));
        }
      } catch (error) {
        takeBack(error, inDirectory(parentOf(path), temporary), () => {
          unlinkIfThere(parent.at(temporary));
        });
      }
      parent.sync();
    });
    for (const directory of this.notes.keys()) if (path.startsWith(`${directory}/`)) this.settle(directory);
  }

  removeFile(path: RootPath, before?: string): void {
    this.inParent(path, (parent, name) => {
      removeLeftovers(parent);
      if (before !== undefined && lstat(parent.at(name))) mustStillBe(parent.at(name), before, path);
      fs.unlinkSync(parent.at(name));
      parent.sync();
    });
  }

  uninterrupted<Result>(run: () => Result): Result {
    // The work is synchronous: a signal with a listener waits, one without would end the program.
    const wait = (): void => undefined;
    for (const signal of SIGNALS) process.on(signal, wait);
    try {
      return run();
    } finally {
      for (const signal of SIGNALS) process.off(signal, wait);
    }
  }

  private removeNote(path: RootPath, parent: PinnedDirectory): void {
    const note = this.notes.get(path);
    if (note === undefined) return;
    retryOnce(() => {
      unlinkIfThere(parent.at(note));
    });
    this.notes.delete(path);
  }

  /**
   * Runs something in the directory that holds a path. Links on the way are followed inside the root as they are now;
   * a link that appears later is not followed.
   */
  private inParent<Result>(path: RootPath, run: (parent: PinnedDirectory, name: string) => Result): Result {
    const files = this.view();
    const { path: resolved, lost } = files.followParents(path);
    if (lost) throw unresolvable(path);
    return PinnedDirectory.hold(files.onHost(parentOf(resolved)), (parent) =>
      run(parent, baseName(resolved)),
    );
  }
}

function withHandle(handle: number, run: (handle: number) => void): void {
  try {
    run(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Removes what a failed step had made; if that fails too, the error names what is left. */
function takeBack(error: unknown, made: RootPath, undo: () => void): never {
  try {
    retryOnce(undo);
  } catch {
    throw Object.assign(error as Error, { notRolledBack: made });
  }
  throw error;
}
