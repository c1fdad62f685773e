import { inDirectory, rootPath, type Files, type RootPath } from '../../system/files.js';

/** The text of a regular file; undefined where there is none, or where it cannot be read: then nothing is known. */
export function textOf(files: Files, path: RootPath): string | undefined {
  try {
    return files.follow(path).info?.kind === 'file' ? files.read(path).toString() : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the owner of a regular file may run it. */
export function isExecutable(files: Files, path: RootPath): boolean {
  try {
    const { info } = files.follow(path);
    return info?.kind === 'file' && (info.mode & 0o100) !== 0;
  } catch {
    return false;
  }
}

/** Whether a path is a directory, and no link to one, which may lead round in a circle. */
export function isDirectory(files: Files, path: RootPath): boolean {
  try {
    return files.lstat(path)?.kind === 'directory';
  } catch {
    return false;
  }
}

/** The paths of what a directory holds, by name. */
export function pathsIn(files: Files, directory: string): RootPath[] {
  try {
    const names = files.list(rootPath(directory))?.names() ?? [];
    return names.sort().map((name) => inDirectory(rootPath(directory), name));
  } catch {
    return [];
  }
}
