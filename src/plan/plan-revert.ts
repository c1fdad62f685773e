import { OverlayFiles } from '../files/overlay-files.js';
import { type LoadOptions, UnitLoader } from '../units/loader.js';
import type { Unit } from '../units/unit.js';
import { allTemplates } from '../firewalls/find-template.js';
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
  type PlannedDropIn,
} from './plan.js';
import { isSystem, loadedAsIn, type PlanSource } from './plan-source.js';
import { type RevertRequest, savedRevertRequest } from './request.js';
import { type UnitRelation, relationsOf } from './settings.js';
import { removalOf, watchFilesOf } from './watch-files.js';

/**
 * Plans to remove what unit-patch wrote for a unit, and nothing else: the first line of a file decides, not its name.
 * The unit itself may be gone. Reads, never writes.
 * @param source a system, see openSystem(); or the files of a root alone, see openRoot()
 * @throws UnitPatchError `bad-unit-name`
 * @example
 * ```ts
 * import { openSystem, planRevert } from 'unit-patch';
 *
 * const plan = planRevert(openSystem('examples/centos-7'), { unit: 'docker.service' });
 * assert.equal(plan.changed, false); // nothing was written there
 * ```
 */
export function planRevert(
  source: PlanSource,
  request: RevertRequest,
  options: LoadOptions = loadedAsIn(source),
): Plan {
  const files = isSystem(source) ? source.files() : source;
  const loader = new UnitLoader(files, options);
  const unit = loader.load(request.unit);
  // First the files that act on the unit, then its own.
  const own = [...hookFiles(files, unit.id, unitsWithDropIns(files)), ...ownFiles(files, unit.id)];
  const watch = allTemplates().find((template) => template.unit === unit.id)?.watch;
  const watchFiles = watch ? watchFilesOf(files, watch) : [];
  const findings = runChecks('revert', { own: [...own, ...watchFiles] }, request.force);
  const isStopped = watch && watchFiles.length > 0 && !isRefused({ findings });
  const changes = isRefused({ findings }) ? [] : [...removals(own), ...watchFiles.flatMap(removalOf)];
  const paths = changes.map(({ path }) => path);
  const later = loader.withDropIns(new OverlayFiles(files, changes), paths);
  const parts = partsOf(unit, own, loader, later);
  const others = [...parts.map((part) => part.unit), ...noLongerNamed(unit, later.load(unit.id))];
  return {
    schema: 'unit-patch/plan@1',
    root: files.root,
    asked: savedRevertRequest(request),
    unit: unit.id,
    follow: null,
    relation: null,
    ...(isStopped ? { service: { unit: watch.service, action: 'stop' as const } } : {}),
    ...flattenDropIns(parts),
    ties: { before: relationsWith(others, unit, loader), after: relationsWith(others, unit, later) },
    findings,
    changes,
    inputs: inputsOf(
      [unit],
      [...own, ...watchFiles].map(({ path, bytes }) => inputOf(path, bytes)),
    ),
    changed: changes.length > 0,
    coverage: [],
  };
}

/** The drop-ins of each unit, and the settings that go with them. */
function partsOf(
  { id }: Unit,
  own: readonly OwnFile[],
  loader: UnitLoader,
  later: UnitLoader,
): PlannedDropIn[] {
  const units = new Set([id, ...own.map(({ unit }) => unit)]);
  return [...units].map((unit) => ({
    unit,
    dropIns: own.filter((file) => file.unit === unit).map(({ path }) => path),
    inForce: [],
    missing: [],
    removed: removedBetween(loader.load(unit), later.load(unit)),
  }));
}

/** The units that a unit no longer depends on, once it is as in `after`. */
function noLongerNamed(before: Unit, after: Unit): string[] {
  const still = new Set(after.dependencies.map(({ type, unit }) => `${type}=${unit}`));
  return before.dependencies
    .filter(({ type, unit }) => !still.has(`${type}=${unit}`))
    .map(({ unit }) => unit);
}

function relationsWith(others: readonly string[], { id }: Unit, loader: UnitLoader): UnitRelation[] {
  const names = new Set(others.filter((name) => name !== id));
  return relationsOf(
    loader.load(id),
    [...names].map((name) => loader.load(name)),
  );
}

/** UNIT.d is removed with the last file of ours in it. */
function removals(own: readonly OwnFile[]): Change[] {
  return own.flatMap(({ unit, path, bytes, directories }, at) => {
    const isLast = !own.slice(at + 1).some((file) => file.unit === unit);
    return changeOf(path, bytes?.toString() ?? null, null, isLast ? directories : []) ?? [];
  });
}
