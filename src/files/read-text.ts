import { type Files, rootPath } from './files.js';

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
