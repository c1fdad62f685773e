import type { Files } from '../files/files.js';
import { OverlayFiles } from '../files/overlay-files.js';
import { type LoadOptions, UnitLoader } from '../units/loader.js';
import type { Unit } from '../units/unit.js';
import { runChecks } from './findings/index.js';
import { hookFiles, type OwnFile, ownFiles, unitsWithDropIns } from './own-file.js';
import {
  type Change,
  changeOf,
  flattenDropIns,
  removedBetween,
  inputOf,
  inputsOf,
  isRefused,
  type Plan,
} from './plan.js';
import { type UnitRelation, relationsOf } from './settings.js';

/** What is to be taken back. */
export interface RevertRequest {
  /** the unit that was made to follow, by any of its names */
  readonly unit: string;
  /** codes of findings that are not to stop the plan */
  readonly force?: readonly string[] | undefined;
}

/**
 * Works out how to revert what unit-patch wrote for a unit, and nothing else: the first line of a file decides,
 * not its name. Also where the unit itself is gone. Reads, never writes.
 * @param files the root to plan for, see openRoot()
 * @throws UnitPatchError `bad-unit-name`
 * @example
 * ```ts
 * import { openRoot, planRevert } from 'unit-patch';
 *
 * const plan = planRevert(openRoot('examples/centos-7'), { unit: 'docker.service' });
 * assert.equal(plan.changed, false); // nothing was written there
 * ```
 */
export function planRevert(files: Files, request: RevertRequest, options: LoadOptions = {}): Plan {
  const loader = new UnitLoader(files, options);
  const unit = loader.load(request.unit);
  // First what acts on the unit, then what it says itself. Whoever wants it gone wants it found, wherever it is.
  const hooks = hookFiles(files, unit.id, unitsWithDropIns(files));
  const own = [...hooks, ...ownFiles(files, unit.id)];
  const findings = runChecks('revert', { own }, request.force);
  const changes = isRefused({ findings }) ? [] : removals(own);
  const paths = changes.map(({ path }) => path);
  const later = loader.withDropIns(new OverlayFiles(files, changes), paths);
  const parts = [...new Set([unit.id, ...own.map((file) => file.unit)])].map((name) => ({
    unit: name,
    dropIns: own.filter((file) => file.unit === name).map(({ path }) => path),
    inForce: [],
    missing: [],
    removed: removedBetween(loader.load(name), later.load(name)),
  }));
  const others = [...parts.map((part) => part.unit), ...otherUnits(unit, later.load(unit.id))];
  return {
    schema: 'unit-patch/plan@1',
    root: files.root,
    asked: {
      command: 'revert',
      name: request.unit,
      follow: null,
      relation: null,
      force: request.force ?? [],
    },
    unit: unit.id,
    follow: null,
    relation: null,
    ...flattenDropIns(parts),
    ties: { before: tiesWith(loader, unit, others), after: tiesWith(later, unit, others) },
    findings,
    changes,
    inputs: inputsOf(
      [unit],
      own.map(({ path, bytes }) => inputOf(path, bytes)),
    ),
    changed: changes.length > 0,
    coverage: [],
  };
}

/** The units that a unit has no more to do with, once it is what `after` is. */
function otherUnits(before: Unit, after: Unit): string[] {
  const still = new Set(after.dependencies.map(({ type, unit }) => `${type}=${unit}`));
  return before.dependencies
    .filter(({ type, unit }) => !still.has(`${type}=${unit}`))
    .map(({ unit }) => unit);
}

/** What a unit and those that it will not follow any more say of each other. */
function tiesWith(loader: UnitLoader, unit: Unit, others: readonly string[]): UnitRelation[] {
  const names = new Set(others.filter((name) => name !== unit.id));
  return relationsOf(
    loader.load(unit.id),
    [...names].map((name) => loader.load(name)),
  );
}

/** A directory that was made for one of them goes with the last of them in it. */
function removals(own: readonly OwnFile[]): Change[] {
  return own.flatMap((file, at) => {
    const beside = own.filter(({ unit }) => unit === file.unit);
    const made = beside
      .map(({ directories }) => directories)
      .reduce((a, b) => (b.length > a.length ? b : a), []);
    const isLast = !own.slice(at + 1).some(({ unit }) => unit === file.unit);
    return changeOf(file.path, file.bytes?.toString() ?? null, null, isLast ? made : []) ?? [];
  });
}
