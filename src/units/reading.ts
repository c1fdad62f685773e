import { errorCode } from '../errors.js';
import type { Entry, Files, RootPath } from '../system/files.js';
import type { Problem } from './unit.js';

/** A file or directory that may not be read, as a problem: what cannot be read cannot be judged. */
export function unreadable(path: RootPath, error: unknown): Problem {
  const code = errorCode(error);
  if (code === '' || !(error instanceof Error)) throw error;
  const text = error.message.startsWith(`${path} `)
    ? error.message.slice(path.length + 1)
    : `cannot be read (${code})`;
  return { code: code === 'EFBIG' ? 'too-large' : 'unreadable', file: path, line: null, text };
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
