import { errorCode } from '../errors.js';
import type { Entry, Files, RootPath } from '../system/files.js';
import type { Problem } from './unit.js';

/** A directory that may not be read, as a problem: what cannot be read cannot be judged. */
export function unreadable(path: RootPath, error: unknown): Problem {
  const code = errorCode(error);
  if (code === '') throw error;
  return { code: 'unreadable', file: path, line: null, text: `cannot be read (${code})` };
}

/** The entries of a directory, none where there is no directory; one that may not be read becomes a problem. */
export function entriesOf(files: Files, directory: RootPath, problems: Problem[]): readonly Entry[] {
  try {
    return files.list(directory) ?? [];
  } catch (error) {
    problems.push(unreadable(directory, error));
    return [];
  }
}
