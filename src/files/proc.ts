import fs from 'node:fs';

/** The type that statfs(2) reports for procfs and nothing else: PROC_SUPER_MAGIC. */
const MAGIC = 0x9fa0;

let known: boolean | undefined;

/**
 * Whether the kernel's /proc is there, which tells where an open file lies. A root may contain an ordinary directory
 * of that name; macOS and a bare chroot have none.
 */
export function hasProc(): boolean {
  known ??= isProc('/proc/self/fd');
  return known;
}

function isProc(place: string): boolean {
  try {
    return fs.statfsSync(place).type === MAGIC;
  } catch {
    return false;
  }
}

/** Whether an open file lies at a path, or did so when it was removed. */
export function liesAt(handle: number, path: string | Buffer): boolean {
  const place = `/proc/self/fd/${handle}`;
  const real =
    typeof path === 'string' ? fs.readlinkSync(place) : fs.readlinkSync(place, 'buffer').toString('latin1');
  const expected = typeof path === 'string' ? path : path.toString('latin1');
  return real === expected || real === `${expected} (deleted)`;
}
