import { isDeepStrictEqual } from 'node:util';
import { movedInputs, sumsOf } from './moved-files.js';
import { isRefused, type Plan, sha256 } from './plan.js';
import { isObject, type JsonObject, type SavedPlan } from './saved-plan.js';

/** A plan made again from the same request, each change with its patch. */
export type NewPlan = Omit<Plan, 'changes'> & {
  readonly changes: readonly (Plan['changes'][number] & { readonly patch: string })[];
};

/**
 * Whether a saved plan was applied already: nothing is left to do, and each of its files is as the plan makes it.
 * @example
 * ```ts
 * import { findTemplate, isApplied, openSystem, parsePlans, planPatch, planReport } from 'unit-patch';
 *
 * const request = { template: findTemplate('docker') };
 * const plan = planPatch(openSystem('examples/centos-7'), request);
 * const [saved] = parsePlans(JSON.stringify(planReport(plan)), 'plan.json');
 * assert.equal(isApplied(saved, planReport(plan)), false);
 * ```
 */
export function isApplied(saved: SavedPlan, now: NewPlan): boolean {
  if (now.changed || isRefused(now)) return false;
  const sums = sumsOf(now.inputs);
  return saved.changes.every((change) => {
    const { path, after } = isObject(change) ? change : {};
    if (typeof path !== 'string' || (typeof after !== 'string' && after !== null)) return false;
    return (sums.get(path) ?? null) === (after === null ? null : sha256(Buffer.from(after)));
  });
}

/**
 * How a new plan for the same request differs from the saved one, one sentence each: first the files that both were
 * made from, else what the plans say. Empty if they are equal, and if the new one is refused, which says more.
 * @param now the plan for the same request as things are now
 * @example
 * ```ts
 * import { differences, findTemplate, openSystem, parsePlans, planPatch, planReport } from 'unit-patch';
 *
 * const request = { template: findTemplate('docker') };
 * const plan = planPatch(openSystem('examples/centos-7'), request);
 * const [saved] = parsePlans(JSON.stringify(planReport(plan)), 'plan.json');
 * assert.deepEqual(differences(saved, planReport(plan)), []);
 * ```
 */
export function differences(saved: SavedPlan, now: NewPlan): string[] {
  const moved = movedInputs(saved.inputs, sumsOf(now.inputs));
  if (moved.length > 0) return moved;
  if (isRefused(now)) return [];
  const document = JSON.parse(JSON.stringify(now)) as JsonObject;
  return differentMembers(withoutHints(saved.document), withoutHints(document));
}

/** A hint may name the root, which --root may change. */
function withoutHints(document: JsonObject): JsonObject {
  const { findings } = document;
  if (!Array.isArray(findings)) return document;
  return {
    ...document,
    findings: findings.map((one: unknown) => (isObject(one) ? { ...one, hint: undefined } : one)),
  };
}

/** The members that a person looks at; the others follow from these. */
const MAIN_MEMBERS = ['asked', 'unit', 'follow', 'relation', 'changes', 'findings'];
/** Members that --root may change, since they name the root, and members that are not part of the plan. */
const NOT_COMPARED = ['root', 'applied', 'rulesNow'];

function differentMembers(before: JsonObject, after: JsonObject): string[] {
  const differenceOf = (key: string): string[] => different(key, before[key], after[key]);
  const main = MAIN_MEMBERS.flatMap(differenceOf);
  if (main.length > 0) return main;
  return keysOf(before, after)
    .filter((key) => !NOT_COMPARED.includes(key))
    .flatMap(differenceOf);
}

/** @param name the member, `follow.unit` for one inside another */
function different(name: string, before: unknown, after: unknown): string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isObject(before) && isObject(after))
    return keysOf(before, after).flatMap((key) => different(`${name}.${key}`, before[key], after[key]));
  if (Array.isArray(before) && Array.isArray(after)) {
    const items = differentItems(name, before, after);
    if (items.length > 0) return items;
  }
  if (typeof before === 'string' && typeof after === 'string')
    return [`${name} is ${after} in a new plan, and ${before} in the saved one`];
  return [sentence(name, before !== undefined, after !== undefined)];
}

/** What the items of a list are called, and the member that names each. */
const ITEMS: Partial<Record<string, readonly [what: string, key: string]>> = {
  changes: ['the change of', 'path'],
  findings: ['the finding', 'code'],
};

/** The items that only one of the lists has; none if they differ in order or number alone. */
function differentItems(list: string, before: readonly unknown[], after: readonly unknown[]): string[] {
  const [what, key = ''] = ITEMS[list] ?? [];
  if (what === undefined) return [];
  const namesIn = (items: readonly unknown[], others: readonly unknown[]): Set<string> =>
    new Set(
      items
        .filter((item) => !others.some((other) => isDeepStrictEqual(item, other)))
        .map((item) => `${what} ${String(isObject(item) ? item[key] : item)}`),
    );
  const saved = namesIn(before, after);
  const fresh = namesIn(after, before);
  return [...new Set([...saved, ...fresh])].map((name) => sentence(name, saved.has(name), fresh.has(name)));
}

function sentence(name: string, isSaved: boolean, isNew: boolean): string {
  if (isSaved && isNew) return `${name} is different in a new plan`;
  return isSaved ? `${name} is not in a new plan` : `${name} is only in a new plan`;
}

function keysOf(...objects: readonly JsonObject[]): string[] {
  return [...new Set(objects.flatMap(Object.keys))];
}
