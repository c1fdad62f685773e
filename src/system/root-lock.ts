import fs from 'node:fs';
import type { Server } from 'node:net';
import { errorCode, EXIT, UnitPatchError } from '../errors.js';

/** The process that has an abstract socket open. */
export interface Holder {
  readonly pid: number;
  readonly uid: number;
}

/**
 * The process that has an abstract socket of this name: /proc/net/unix has its inode, and one of the processes has it
 * open.
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

/** A name may be padded with zeros, which appear there as `@`. */
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

/** systemd may take that long for a reload, and a person sees what the command waits for. */
const TIMEOUT_MS = 30_000;
const PAUSE_MS = 50;

/** A root that no other unit-patch of this machine changes meanwhile. */
export interface RootLock {
  /** false if the system has no such locks: macOS, or a sandbox that forbids them */
  readonly isHeld: boolean;
  release(): void;
}

/** How to wait for a lock. */
export interface LockOptions {
  /** how long to wait for another process; for each of them, if there are several */
  readonly timeoutMs?: number;
  /** called once with a sentence, if another process has it */
  readonly onWait?: (why: string) => void;
}

/**
 * Locks a root for this process: plan and apply while you hold it, so that two runs at once come one after the other.
 * The lock is an abstract socket (unix(7)) whose name is the device and inode of the root: it ends with the process,
 * however that ends, and leaves no file. Processes in another network namespace (a container) or on another machine do
 * not see it; applyPlan() notices them: it checks before and after whether every file is as planned.
 * @param root the directory, `/` for the running system
 * @throws UnitPatchError `locked` if somebody else has it for too long; a system error if there is no such directory
 * @example
 * ```ts
 * import { lockRoot } from 'unit-patch';
 *
 * const lock = await lockRoot('examples/centos-7');
 * try {
 *   assert.equal(lock.isHeld, process.platform === 'linux'); // now planPatch() and applyPlan()
 * } finally {
 *   lock.release();
 * }
 * ```
 */
export function lockRoot(root: string, options?: LockOptions): Promise<RootLock> {
  return lockName(nameOf(root), root, options);
}

/**
 * Locks several roots, all in the same order, so that no two processes wait for each other. One that is named twice is
 * locked once; one that cannot be looked at is not locked, since opening it reports why.
 */
export async function lockRoots(roots: readonly string[], options?: LockOptions): Promise<RootLock> {
  const names = new Map(roots.flatMap((root) => namedIfThere(root)));
  const locks: RootLock[] = [];
  const release = (): void => {
    for (const lock of locks) lock.release();
  };
  try {
    for (const [name, root] of [...names].sort(([a], [b]) => (a < b ? -1 : 1)))
      locks.push(await lockName(name, root, options));
  } catch (error) {
    release();
    throw error;
  }
  return { isHeld: locks.every(({ isHeld }) => isHeld), release };
}

async function lockName(
  name: string,
  root: string,
  { timeoutMs = TIMEOUT_MS, onWait }: LockOptions = {},
): Promise<RootLock> {
  if (process.platform !== 'linux') return NOT_HELD;
  let lock = await tryToLock(name);
  if (lock) return lock;
  const { setTimeout: sleep } = await import('node:timers/promises');
  let until = Date.now() + timeoutMs;
  let holder = holderOf(name);
  onWait?.(`${said(holder)} is at work in ${root}; waiting`);
  for (; !lock; lock = await tryToLock(name)) {
    if (Date.now() >= until) {
      const now = holderOf(name);
      if (now?.pid === holder?.pid) throw locked(root, holder, timeoutMs);
      // One after the other has had it, and each may take its time.
      [holder, until] = [now, Date.now() + timeoutMs];
    }
    await sleep(PAUSE_MS);
  }
  return lock;
}

const NOT_HELD: RootLock = { isHeld: false, release: () => undefined };

function nameOf(root: string): string {
  const { dev, ino } = fs.statSync(root, { bigint: true });
  return `unit-patch-${dev.toString(16)}-${ino.toString(16)}`;
}

function namedIfThere(root: string): [name: string, root: string][] {
  try {
    return [[nameOf(root), root]];
  } catch {
    return [];
  }
}

/** @returns undefined if somebody has the lock */
async function tryToLock(name: string): Promise<RootLock | undefined> {
  // A dry run locks nothing, and node:net takes long to load.
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error) => {
      resolve(errorCode(error) === 'EADDRINUSE' ? undefined : NOT_HELD);
    });
    server.listen(`\0${name}`, () => {
      resolve(heldBy(server));
    });
  });
}

function heldBy(server: Server): RootLock {
  // A program that forgets to release it must still end.
  server.unref();
  return {
    isHeld: true,
    release: () => {
      server.close();
    },
  };
}

function said(holder: Holder | undefined): string {
  return holder ? `another unit-patch (process ${holder.pid})` : 'another unit-patch';
}

function locked(root: string, holder: Holder | undefined, timeoutMs: number): UnitPatchError {
  const who = holder ? `process ${holder.pid} of user ${holder.uid}` : 'another process';
  return new UnitPatchError(
    'locked',
    `${root} is locked by ${who}, for more than ${timeoutMs / 1000} s`,
    EXIT.usage,
    holder ? `wait for it, or look what it is: ps -fp ${holder.pid}` : 'wait for it, and run this again',
  );
}
