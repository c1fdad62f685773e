import { randomBytes } from 'node:crypto';
import fs from 'fs-extra';
import { errorCode } from '../errors.js';
import type { PinnedDirectory } from './pinned-directory.js';

/**
 * A new name for a file on its way to `name`: it begins with a dot, so that systemd does not read it, and holds
 * the pid of its writer, so that others see whether that one is still at work.
 */
export function temporaryName(name: string): string {
  return `.${name.slice(0, 200)}.unit-patch-${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
}

/** Removes what writers left in a directory that were killed on their way; what cannot be removed stays. */
export function removeLeftovers(directory: PinnedDirectory): void {
  for (const name of namesIn(directory)) {
    const writer = /\.unit-patch-([1-9][0-9]{0,8})-[0-9a-f]{12}\.tmp$/.exec(name)?.[1];
    if (writer === undefined || !name.startsWith('.') || runs(Number(writer))) continue;
    try {
      fs.unlinkSync(directory.at(name));
    } catch {
      // It harms nobody, and another writer may have been quicker.
    }
  }
}

function namesIn(directory: PinnedDirectory): string[] {
  try {
    return directory.fileNames();
  } catch {
    return [];
  }
}

/** Whether a process of that number runs, whosever it is: kill(2) with signal 0. */
function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}
