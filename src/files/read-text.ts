import { errorCode } from '../errors.js';
import { type Files, type RootPath, rootPath } from './files.js';

/** Far above any configuration file, in bytes; a bigger file is not one. */
const SIZE_MAX = 4 << 20;

/**
 * The text of a configuration file of the root.
 * @param path absolute, inside the root
 * @returns undefined if there is no such file; `unreadable` if there is something that cannot be read as a file
 */
export function readText(files: Files, path: string): { readonly text: string } | 'unreadable' | undefined {
  try {
    const { info } = files.follow(rootPath(path));
    if (!info) return undefined;
    if (info.kind !== 'file' || info.size > SIZE_MAX) return 'unreadable';
    return { text: files.read(rootPath(path)).toString() };
  } catch {
    return 'unreadable';
  }
}

/**
 * The content of a file, links followed; undefined if nothing is there, or no longer: another program may remove it
 * after it was seen.
 * @throws UnitPatchError if something is there that cannot be read
 */
export function readIfThere(files: Files, path: RootPath): Buffer | undefined {
  if (!files.follow(path).info) return undefined;
  try {
    return files.read(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The value that a file of shell-like assignments gives a name, the last one counting; undefined if none does. */
export function assigned(text: string, name: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const assignments = lines.map((line) => line.replace(/^export[ \t]+/, ''));
  const last = assignments.findLast((line) => line.startsWith(`${name}=`));
  return last && withoutComment(last.slice(name.length + 1)).replace(/["']/g, '');
}

function withoutComment(value: string): string {
  const at = value.search(/[ \t]#/);
  return at < 0 ? value : value.slice(0, at).trimEnd();
}
