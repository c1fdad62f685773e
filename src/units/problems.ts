import { errorCode, EXIT, UnitPatchError } from '../errors.js';
import { type Files, type Listing, NOTHING_LISTED, type RootPath } from '../files/files.js';
import type { Problem, Unit } from './unit.js';

/** The most problems of one kind that are named per file; nobody reads more, and a hostile file has millions. */
const NAMED_MAX = 1000;

/**
 * Problems, of which a kind that is too frequent is cut off: one line, where the cut begins, says how many. Those
 * beyond it are only counted.
 */
export class AbridgedProblems<Problem extends { readonly text: string }> {
  private readonly counts = new Map<string, number>();
  private readonly kept: { readonly problem: Problem; readonly cuts: string | undefined }[] = [];

  /**
   * Takes one more.
   * @param kind what counts as one kind
   * @param make is called only if the problem is listed
   */
  add(kind: string, make: () => Problem): void {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    if (count > NAMED_MAX + 1) return;
    this.kept.push({ problem: make(), cuts: count > NAMED_MAX ? kind : undefined });
  }

  /** What is listed, in the order in which it was added. */
  listed(): Problem[] {
    return this.kept.map(({ problem, cuts }) => {
      const more = cuts === undefined ? 0 : (this.counts.get(cuts) ?? 0) - NAMED_MAX;
      return more > 1
        ? { ...problem, text: `${more} problems of this kind from here on are not listed` }
        : problem;
    });
  }
}

/** Adds to a list. `push(...more)` overflows the stack if a file has some hundred thousand lines. */
export function append<Item>(list: Item[], more: Iterable<Item>): void {
  for (const item of more) list.push(item);
}

/** A file or directory that may not be read, as a problem: what cannot be read cannot be judged. */
export function unreadable(path: RootPath, error: unknown): Problem {
  const code = errorCode(error);
  if (code === '' || !(error instanceof Error)) throw error;
  const text = error.message.startsWith(`${path} `)
    ? error.message.slice(path.length + 1)
    : `cannot be read (${code})`;
  return { code: code === 'EFBIG' ? 'too-large' : 'unreadable', file: path, line: null, text };
}

/** The content of a directory, empty if there is no directory; one that may not be read becomes a problem. */
export function listingIn(files: Files, directory: RootPath, problems: Problem[]): Listing {
  try {
    return files.list(directory) ?? NOTHING_LISTED;
  } catch (error) {
    problems.push(unreadable(directory, error));
    return NOTHING_LISTED;
  }
}

/**
 * Whether systemd takes the file at `path` for a mask: a link to /dev/null, a device, or an empty file
 * (null_or_empty_path()). In an image /dev/null need not exist.
 */
export function isMask(files: Files, path: RootPath): boolean {
  const { path: resolved, info, lost } = files.follow(path);
  if (resolved === '/dev/null' && !lost) return true;
  return info?.kind === 'device' || (info?.kind === 'file' && info.size === 0);
}

/** Hints for files that could not be read. */
export const WAYS_OUT: Readonly<Record<string, string>> = {
  unreadable: 'run it as a user who may read the file, root for example',
  'too-large': 'no unit needs so much: move it out of the way, or take out what does not belong there',
};

/** A problem with its place, in one line. */
export function placed({ file, line, text }: Problem): string {
  return `${file}${line === null ? '' : `:${line}`}: ${text}`;
}

/** The file of a unit that could not be read, if there is one. */
export function unreadableProblem({ problems }: Unit): Problem | undefined {
  return problems.find(({ code }) => code in WAYS_OUT);
}

/**
 * Makes sure that every file of a unit could be read: what cannot be read cannot be judged.
 * @throws UnitPatchError `unreadable`, `too-large`
 */
export function mustBeReadable(unit: Unit): void {
  const problem = unreadableProblem(unit);
  if (problem)
    throw new UnitPatchError(
      problem.code,
      `${problem.file} ${problem.text}, so ${unit.asked} cannot be judged`,
      EXIT.usage,
      WAYS_OUT[problem.code],
    );
}
