import { rootPath, type Files } from '../system/files.js';

/** Far above any configuration file; what is bigger is something else. In bytes. */
const SIZE_MAX = 4 << 20;

/**
 * The text of a configuration file of the root.
 * @param path absolute, inside the root
 * @returns undefined where there is no such file; `unreadable` where there is something that cannot be read as one
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
