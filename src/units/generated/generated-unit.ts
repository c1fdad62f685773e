import { type Files, inDirectory, type RootPath, rootPath } from '../../files/files.js';
import type { Source } from '../unit.js';

/** A unit that a generator makes at boot, or at the next daemon-reload: systemd.generator(7). */
export interface GeneratedUnit {
  /** its real name, which the unit file has */
  readonly name: string;
  /** the file, or the line of it, that it is made from */
  readonly source: Source;
  /** where its file will lie */
  readonly path: RootPath;
  readonly text: string;
  /** the links beside it, by their paths below the generator's directory: `local-fs.target.requires/srv.mount` */
  readonly links: readonly string[];
}

/** The text of a regular file; undefined if there is none, or if it cannot be read: then nothing is known. */
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

/** Whether a path is a directory, and not a link to one, which may lead into a loop. */
export function isDirectory(files: Files, path: RootPath): boolean {
  try {
    return files.lstat(path)?.kind === 'directory';
  } catch {
    return false;
  }
}

/** The paths of the files in a directory, by name. */
export function pathsIn(files: Files, directory: string): RootPath[] {
  try {
    const names = files.list(rootPath(directory))?.names() ?? [];
    return names.sort().map((name) => inDirectory(rootPath(directory), name));
  } catch {
    return [];
  }
}
