import { constants } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import fs from 'fs-extra';
import { baseName, type RootPath } from './files.js';
import { lstat, RootFiles, unresolvable } from './root-files.js';
import type { Engine, Manager, System } from './system.js';

const FILE_MODE = 0o644;
const DIRECTORY_MODE = 0o755;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A root directory of this machine that may be written; with a manager, the running system. */
export class RootSystem implements System {
  /**
   * @param root what openRoot() gave
   * @param manager the running systemd, where the root is the machine itself
   * @param engine its container engine
   */
  constructor(
    private readonly root: RootFiles,
    readonly manager: Manager | undefined,
    readonly engine?: Engine,
  ) {}

  files(): RootFiles {
    return new RootFiles(this.root.root);
  }

  whyNotWritable(): string | undefined {
    const isRoot = process.geteuid?.() === 0;
    return this.manager && !isRoot ? 'only root may write to /etc/systemd/system' : undefined;
  }

  makeDirectory(path: RootPath): void {
    const directory = this.onHost(path);
    fs.mkdirSync(directory, DIRECTORY_MODE);
    try {
      fs.chmodSync(directory, DIRECTORY_MODE);
      syncDirectory(dirname(directory));
    } catch (error) {
      fs.rmdirSync(directory);
      throw error;
    }
  }

  removeDirectory(path: RootPath): void {
    const directory = this.onHost(path);
    fs.rmdirSync(directory);
    syncDirectory(dirname(directory));
  }

  writeFile(path: RootPath, content: string): void {
    const target = this.onHost(path);
    const directory = dirname(target);
    const info = lstat(target);
    if (info && info.kind !== 'file') throw new Error(`${path} is not a regular file (${info.kind})`);
    // systemd reads no file whose name starts with a dot.
    const temporary = `${directory}/.${baseName(path).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`;
    const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
    const file = fs.openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, FILE_MODE);
    try {
      try {
        fs.writeFileSync(file, content);
        fs.fchmodSync(file, FILE_MODE);
        fs.fsyncSync(file);
      } finally {
        fs.closeSync(file);
      }
      fs.renameSync(temporary, target);
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      throw error;
    }
    syncDirectory(directory);
  }

  removeFile(path: RootPath): void {
    const target = this.onHost(path);
    fs.unlinkSync(target);
    syncDirectory(dirname(target));
  }

  uninterrupted<Result>(run: () => Result): Result {
    // What is done is synchronous: a signal that has a listener waits, one that has none would end the program.
    const wait = (): void => undefined;
    for (const signal of SIGNALS) process.on(signal, wait);
    try {
      return run();
    } finally {
      for (const signal of SIGNALS) process.off(signal, wait);
    }
  }

  /** Where a path lies on this machine; the links of its parents are followed inside the root, as they are now. */
  private onHost(path: RootPath): string {
    const files = this.files();
    const { path: resolved, lost } = files.followParents(path);
    if (lost) throw unresolvable(path);
    return files.onHost(resolved);
  }
}

/** Makes a rename or removal last through a power cut, where the file system can say so. */
function syncDirectory(directory: string): void {
  const handle = fs.openSync(directory, constants.O_RDONLY);
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
