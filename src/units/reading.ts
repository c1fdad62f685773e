import { errorCode } from '../errors.js';
import type { Files, RootPath } from '../system/files.js';
import { NOTHING_LISTED, type Listing } from '../system/listing.js';
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

/** What a directory holds, nothing where there is no directory; one that may not be read becomes a problem. */
export function listingIn(files: Files, directory: RootPath, problems: Problem[]): Listing {
  try {
    return files.list(directory) ?? NOTHING_LISTED;
  } catch (error) {
    problems.push(unreadable(directory, error));
    return NOTHING_LISTED;
  }
}
