import fs from 'fs-extra';

/** The process that has an abstract socket open. */
export interface Holder {
  readonly pid: number;
  readonly uid: number;
}

/**
 * Who has an abstract socket of this name: /proc/net/unix has its inode, and one of the processes has it open.
 * @returns undefined if this user may not see that, or it is gone by now
 */
export function holderOf(name: string): Holder | undefined {
  try {
    const inode = inodeOf(name);
    const pid = inode === undefined ? undefined : pids().find((one) => hasOpen(one, `socket:[${inode}]`));
    return pid === undefined ? undefined : { pid, uid: fs.statSync(`/proc/${pid}`).uid };
  } catch {
    return undefined;
  }
}

/** A name may be padded with zeros, which stand there as `@`. */
function inodeOf(name: string): string | undefined {
  const columns = fs
    .readFileSync('/proc/net/unix', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return columns.find((all) => all[7]?.replace(/@+$/, '') === `@${name}`)?.[6];
}

function pids(): number[] {
  return fs.readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function hasOpen(pid: number, file: string): boolean {
  const directory = `/proc/${pid}/fd`;
  try {
    return fs.readdirSync(directory).some((one) => isLinkTo(`${directory}/${one}`, file));
  } catch {
    // It is somebody else's, or has ended.
    return false;
  }
}

function isLinkTo(place: string, target: string): boolean {
  try {
    return fs.readlinkSync(place) === target;
  } catch {
    return false;
  }
}
