import { EXIT, UnitPatchError } from '../errors.js';
import type { FileKind, RootPath } from './files.js';

/** Reasons why nothing was read, in words, and the way out. */
const REASONS: Partial<Record<string, readonly [why: string, hint: string]>> = {
  EILSEQ: ['has a name that is not UTF-8, and cannot be written', 'give it a name in UTF-8'],
  ENAMETOOLONG: ['has too long a path', 'move the root to a shorter one'],
  ENOENT: ['is not there', 'run it again if something is changing these files'],
};
const ANY_HINT = 'run it as a user who may read it, root for example';

/**
 * The system refused to read something.
 * @param code the system's own: EACCES, EIO …
 */
export function readError(path: RootPath, code: string): UnitPatchError {
  const [why, hint] = REASONS[code] ?? ['cannot be read', ANY_HINT];
  return new UnitPatchError(code, `${path} ${why} (${code})`, EXIT.usage, hint);
}

/**
 * The error for a path that is meaningless because of a loop of links, or a `..` after something that is not a
 * directory.
 */
export function unresolvable(path: RootPath): UnitPatchError {
  const hint = 'fix the links that it leads through';
  return new UnitPatchError('ELOOP', `${path} cannot be resolved (ELOOP)`, EXIT.usage, hint);
}

/** Only regular files are opened: a FIFO would wait, and a device may do anything. */
export function notAFile(path: RootPath, kind: FileKind): UnitPatchError {
  const code = kind === 'directory' ? 'EISDIR' : 'EINVAL';
  return new UnitPatchError(
    code,
    `${path} is not a regular file (${kind})`,
    EXIT.usage,
    'move it out of the way',
  );
}

/** A file that would take too much time and memory. */
export function tooLarge(path: RootPath, size: number, most: number): UnitPatchError {
  return new UnitPatchError(
    'EFBIG',
    `${path} holds ${size} bytes, and files of more than ${most} are not read (EFBIG)`,
    EXIT.usage,
    'no unit file is so large: move it out of the way, or take out what does not belong there',
  );
}
