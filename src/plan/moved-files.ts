import { type Files, rootPath, type RootPath } from '../files/files.js';
import { readIfThere } from '../files/read-text.js';
import { sha256 } from './plan.js';
import { isObject } from './saved-plan.js';

/** A file that a plan was made from, as a document has it. */
interface SavedInput {
  readonly path: string;
  readonly sha256: string | null;
}

/**
 * The files that have changed since a plan was made from them, for the error if no new plan can be made.
 * @param files the root of the plan, which is read as far as a plan may need
 */
export function movedFiles(files: Files, inputs: readonly unknown[]): string[] {
  const sums = sumsIn(files, inputs);
  return movedInputs(
    inputs.filter((input) => isInput(input) && sums.has(input.path)),
    sums,
  );
}

/**
 * The files that have changed since the plan was saved.
 * @param sums the checksums now by path, of every file that counts
 */
export function movedInputs(inputs: readonly unknown[], sums: ReadonlyMap<string, string | null>): string[] {
  const known = sumsOf(inputs.filter(isInput));
  if (known.size < inputs.length) return ['the files in the plan are not what unit-patch writes'];
  const paths = new Set([...known.keys(), ...sums.keys()]);
  return [...paths].sort().flatMap((path) => {
    const before = known.get(path) ?? null;
    const after = sums.get(path) ?? null;
    if (before === after) return [];
    const what =
      before === null ? 'is new' : after === null ? 'is gone, or does not count any more,' : 'changed';
    return `${path} ${what} since the plan was made`;
  });
}

/** The most bytes that the files of a plan have together; a document may name any file. */
const READ_MAX = 16 * 2 ** 20;

/**
 * The checksums that files of a root have now, as far as no more is read than a plan can need.
 * @param inputs as a document has them; a path that is not a plain one inside the root does not count
 */
export function sumsIn(files: Files, inputs: readonly unknown[]): Map<string, string | null> {
  const paths = new Set(inputs.filter(isInput).map(({ path }) => path));
  const sums = new Map<string, string | null>();
  let left = READ_MAX;
  for (const path of [...paths].filter(isPlain).map(rootPath)) {
    left -= sizeOf(files, path);
    if (left < 0) break;
    sums.set(path, sumOf(files, path));
  }
  return sums;
}

/** One spelling of each path, so that no file is read twice. */
function isPlain(path: string): boolean {
  return path.startsWith('/') && !/\/(?:\.{0,2}(?:\/|$))/.test(path);
}

function sizeOf(files: Files, path: RootPath): number {
  try {
    return files.follow(path).info?.size ?? 0;
  } catch {
    return 0;
  }
}

function sumOf(files: Files, path: RootPath): string | null {
  try {
    const bytes = readIfThere(files, path);
    return bytes ? sha256(bytes) : null;
  } catch {
    return 'unreadable';
  }
}

/** The checksums by path. */
export function sumsOf(inputs: readonly SavedInput[]): Map<string, string | null> {
  return new Map(inputs.map(({ path, sha256: sum }) => [path, sum]));
}

function isInput(value: unknown): value is SavedInput {
  if (!isObject(value)) return false;
  const { path, sha256: sum } = value;
  return typeof path === 'string' && (sum === null || typeof sum === 'string');
}
