import { printable } from '../report/printable.js';
import { lockRoots } from '../system/root-lock.js';
import { isHost } from './hosts.js';
import type { Io } from './io.js';

interface Answers {
  readonly dryRun?: unknown;
  readonly yes?: unknown;
}

/** Whether nobody is asked between the plan and the writing. */
export function writesUnasked({ dryRun, yes }: Answers): boolean {
  return dryRun !== true && yes === true;
}

/**
 * Does something while no other unit-patch changes these roots. Nothing is locked on another machine: the script that
 * writes there fails if a file has changed meanwhile.
 * @param roots as they were named; undefined for the running system
 */
export async function whileLocked<Result>(
  roots: readonly (string | undefined)[],
  io: Io,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  const onWait = (why: string): void => {
    io.err(`${printable(why)}\n`);
  };
  const lock = await lockRoots(
    roots.flatMap((root) => (isHost(root) ? [] : (root ?? '/'))),
    { onWait },
  );
  try {
    return await run();
  } finally {
    lock.release();
  }
}

/** The same for a plan that is made and applied at once; a run that only looks, or asks first, does not wait. */
export async function whileLockedUnlessAsked<Result>(
  roots: readonly (string | undefined)[],
  given: Answers,
  io: Io,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  if (!writesUnasked(given)) return run();
  return whileLocked(roots, io, () => {
    for (const root of roots) clearLeftovers(root, io);
    return run();
  });
}

/** Removes what killed runs left; before the plan is made if nobody is asked. */
export function clearLeftovers(root: string | undefined, io: Io): void {
  const system = io.openSystem(root);
  if (system.whyNotWritable() !== undefined) return;
  for (const path of system.clearLeftovers?.() ?? [])
    io.err(`${printable(path)} was left by a run that was killed, and is removed\n`);
}
