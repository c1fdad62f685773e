import { chmodSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
  makeParents(dir, entry.path);
  if (entry.kind === 'dir') {
    mkdirSync(path);
  } else if (entry.kind === 'link') {
    symlinkSync(entry.target, path);
  } else {
    writeFileSync(path, entry.bytes, { flag: 'wx' });
    if (entry.mode !== undefined) chmodSync(path, entry.mode);
  }
}

// Link by link, because an absolute link of the root would lead to this machine's own directories.
function makeParents(dir: string, path: string): void {
  let at = dir;
  for (const name of path.split('/').slice(0, -1)) {
    at = join(at, name);
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (!stats) mkdirSync(at);
    else if (!stats.isDirectory())
      throw Object.assign(new Error(`${at} is no directory`), { code: 'ENOTDIR' });
  }
}

function isTaken(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'EEXIST' || code === 'ENOTDIR';
}

const UNIT = /^[^/]+\.(?:service|socket|target|timer|path|slice|mount|automount|swap|device|scope)$/;

/** Whether an entry stands where units stand, and has the name of one. */
export function isUnit({ path }: Entry): boolean {
  return LOAD_PATH.some((dir) => path.startsWith(`${dir}/`) && UNIT.test(path.slice(dir.length + 1)));
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The template of an instance; another name as it is. */
export function templateOf(name: string): string {
  return name.replace(/@.*\.(?=\w+$)/, '@.');
}
