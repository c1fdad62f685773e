import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One file, link or directory of a root; paths are relative to the root and use no `..`. */
export type Entry =
  | { readonly path: string; readonly kind: 'file'; readonly bytes: Buffer; readonly mode?: number }
  | { readonly path: string; readonly kind: 'link'; readonly target: string }
  | { readonly path: string; readonly kind: 'dir' };

/** A root, described: what a tree of files holds, in no particular order. */
export type Root = readonly Entry[];

/** Where the units of a root stand, highest first; enough of the load path for every rule. */
export const LOAD_PATH = [
  'etc/systemd/system',
  'run/systemd/system',
  'usr/local/lib/systemd/system',
  'usr/lib/systemd/system',
] as const;

/** Makes a text file of a root. */
export function file(path: string, text: string | Buffer, mode?: number): Entry {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return { path, kind: 'file', bytes, ...(mode === undefined ? {} : { mode }) };
}

/** Makes a symbolic link of a root. */
export function link(path: string, target: string): Entry {
  return { path, kind: 'link', target };
}

/**
 * Writes a root below a directory. A root may name one path twice or a path below a file (random
 * ones do): the first entry wins, and what cannot stand beside it is left out.
 */
export function writeRoot(dir: string, root: Root): void {
  for (const entry of root) {
    try {
      writeEntry(dir, entry);
    } catch (error) {
      if (!isTaken(error)) throw error;
    }
  }
}

function writeEntry(dir: string, entry: Entry): void {
  const path = join(dir, entry.path);
  if (!path.startsWith(`${dir}/`)) throw new Error(`${entry.path} leaves the root`);
  mkdirSync(dirname(path), { recursive: true });
  if (entry.kind === 'dir') {
    mkdirSync(path);
  } else if (entry.kind === 'link') {
    symlinkSync(entry.target, path);
  } else {
    writeFileSync(path, entry.bytes, { flag: 'wx' });
    if (entry.mode !== undefined) chmodSync(path, entry.mode);
  }
}

function isTaken(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EEXIST' || code === 'ENOTDIR';
}
