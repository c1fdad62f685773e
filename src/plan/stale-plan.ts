import { isDeepStrictEqual } from 'node:util';
import { type Files, rootPath, type RootPath } from '../files/files.js';
import { isRefused, type Plan, sha256 } from './plan.js';
import type { SavedPlan } from './saved-plan.js';

/** A plan made again from the same request, each change with its patch. */
export type NewPlan = Omit<Plan, 'changes'> & {
  readonly changes: readonly (Plan['changes'][number] & { readonly patch: string })[];
};

/**
 * Whether a saved plan was applied already: nothing is left to do, and each of its files is as it was to be.
 * @example
 * ```ts
 * import { isApplied, openRoot, parsePlans, parseTemplate, planPatch, planReport, readTemplate } from 'unit-patch';
 *
 * const request = { template: parseTemplate(readTemplate('docker')), follow: undefined, relation: 'requires' };
 * const plan = planPatch(openRoot('examples/centos-7'), request);
 * const [saved] = parsePlans(JSON.stringify(planReport(plan)), 'plan.json');
 * assert.equal(isApplied(saved, planReport(plan)), false);
 * ```
 */
export function isApplied(saved: SavedPlan, now: NewPlan): boolean {
  if (now.changed || isRefused(now)) return false;
  const sums = sumsOf(now.inputs);
  return saved.changes.every((change) => {
    const { path, after } = membersOf(change);
    if (typeof path !== 'string' || (typeof after !== 'string' && after !== null)) return false;
    return (sums.get(path) ?? null) === (after === null ? null : sha256(Buffer.from(after)));
  });
}

/**
 * What has moved since a plan was saved, a sentence each: the files that it was made from or, where all of those are
 * the same, what it comes to. Empty where both plans are the same, and where the new one
 * is refused.
 * @param now the plan for the same request as things are now
 * @example
 * ```ts
 * import { differences, openRoot, parsePlans, parseTemplate, planPatch, planReport, readTemplate } from 'unit-patch';
 *
 * const request = { template: parseTemplate(readTemplate('docker')), follow: undefined, relation: 'requires' };
 * const plan = planPatch(openRoot('examples/centos-7'), request);
 * const [saved] = parsePlans(JSON.stringify(planReport(plan)), 'plan.json');
 * assert.deepEqual(differences(saved, planReport(plan)), []);
 * ```
 */
export function differences(saved: SavedPlan, now: NewPlan): string[] {
  const moved = movedInputs(saved.inputs, sumsOf(now.inputs));
  if (moved.length > 0) return moved;
  // What refuses it now says more than that it was not refused then.
  return isRefused(now) ? [] : [...otherAim(saved, now), ...otherChanges(saved.changes, now.changes)];
}

/**
 * The files that are not what they were when the plan was saved.
 * @param sums the checksums now by path, of every file that counts
 */
export function movedInputs(inputs: SavedPlan['inputs'], sums: ReadonlyMap<string, string | null>): string[] {
  const known = sumsOf(inputs.filter(isInput));
  if (known.size < inputs.length)
    return ['what the plan says of its own files is not what unit-patch writes'];
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

/** What the files of a plan have together; a document may name any others. In bytes. */
const READ_MAX = 16 * 2 ** 20;

/**
 * The checksums that files of a root have now, as far as no more is read than a plan can need; for where no plan can be
 * made.
 * @param inputs as a document has them: what is no plain path inside the root does not count
 */
export function sumsIn(files: Files, inputs: SavedPlan['inputs']): Map<string, string | null> {
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
    return files.follow(path).info ? sha256(files.read(path)) : null;
  } catch {
    return 'unreadable';
  }
}

function sumsOf(
  inputs: readonly { readonly path: string; readonly sha256: string | null }[],
): Map<string, string | null> {
  return new Map(inputs.map(({ path, sha256: sum }) => [path, sum]));
}

/** A document that says something else than its own request comes to was changed by hand. */
function otherAim(saved: SavedPlan, { unit, follow, relation }: NewPlan): string[] {
  const aims: [what: string, before: unknown, now: string | null][] = [
    ['unit', saved.unit, unit],
    ['followed unit', saved.follow, follow?.unit ?? null],
    ['relation', saved.relation, relation],
  ];
  return aims
    .filter(([, before, now]) => before !== now)
    .map(
      ([what, before, now]) =>
        `the ${what} is ${now ?? 'none'} now, and ${typeof before === 'string' ? before : 'none'} in the plan`,
    );
}

function otherChanges(saved: SavedPlan['changes'], now: NewPlan['changes']): string[] {
  const before = new Map(saved.map((change) => [String(membersOf(change).path), change]));
  if (before.size < saved.length) return ['the plan changes one file twice'];
  const after = new Map<string, NewPlan['changes'][number]>(now.map((change) => [change.path, change]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((path) => {
    const was = before.get(path);
    const is = after.get(path);
    if (was === undefined) return `${path} is to change now, which the plan does not say`;
    if (!is) return `the plan would ${actionOf(was)} ${path}, for which there is no reason now`;
    return isDeepStrictEqual(was, { ...is })
      ? []
      : `what the plan says of ${path} is not what is to be done there now`;
  });
}

function actionOf(change: unknown): string {
  const { action } = membersOf(change);
  return action === 'create' || action === 'delete' ? action : 'modify';
}

/** The members of something in a document, whatever it is. */
function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** The path of an input of a document; empty where it has none. */
export function pathOf(input: unknown): string {
  return isInput(input) ? input.path : '';
}

function isInput(value: unknown): value is { readonly path: string; readonly sha256: string | null } {
  const { path, sha256: sum } = membersOf(value);
  return typeof path === 'string' && (sum === null || typeof sum === 'string');
}
