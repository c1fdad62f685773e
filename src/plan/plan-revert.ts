import type { Files } from '../system/files.js';
import { PlannedFiles } from '../system/planned-files.js';
import { UnitLoader, type LoadOptions } from '../units/loader.js';
import type { Unit } from '../units/unit.js';
import { edited } from './findings/own-file.js';
import { forcedBy } from './findings/table.js';
import { ownFiles, type OwnFile } from './own-file.js';
import { changeOf, goneBetween, inputsOf, sha256, type Change, type Plan } from './plan.js';
import { tiesOf, type Tie } from './ties.js';

/** What is to be taken back. */
export interface RevertRequest {
  /** the unit that was made to follow, by any of its names */
  readonly unit: string;
  /** codes of findings that are not to stop the plan */
  readonly force?: readonly string[] | undefined;
}

/**
 * Works out how to take back what unit-patch wrote for a unit, and nothing else: the first line of a file decides,
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
  const own = ownFiles(files, unit.id);
  const findings = forcedBy(
    request.force ?? [],
    own.filter(({ owner }) => owner === 'edited').map(({ path }) => edited(path, 'taking it back')),
  );
  const isRefused = findings.some(({ level }) => level === 'refuse');
  const changes = isRefused ? [] : removals(own);
  const paths = changes.map(({ path }) => path);
  const later = loader.withDropIns(new PlannedFiles(files, changes), paths);
  const gone = goneBetween(unit, later.load(unit.id));
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
    inForce: [],
    missing: [],
    gone,
    ties: { before: tiesWith(loader, unit, gone), after: tiesWith(later, unit, gone) },
    findings,
    changes,
    inputs: inputsOf(
      [unit],
      own.map(({ path, bytes }) => ({ path, sha256: bytes ? sha256(bytes) : null })),
    ),
    changed: changes.length > 0,
    coverage: [],
  };
}

/** What a unit and those that it will not follow any more say of each other. */
function tiesWith(loader: UnitLoader, unit: Unit, gone: readonly string[]): Tie[] {
  const names = new Set(gone.map((setting) => setting.slice(setting.indexOf('=') + 1)));
  return tiesOf(
    loader.load(unit.id),
    [...names].map((name) => loader.load(name)),
  );
}

/** A directory that was made for one of them goes with the last of them. */
function removals(own: readonly OwnFile[]): Change[] {
  const made = own.map(({ directories }) => directories).reduce((a, b) => (b.length > a.length ? b : a), []);
  return own.flatMap(({ path, bytes }, at) => {
    const isLast = at === own.length - 1;
    return changeOf(path, bytes?.toString() ?? null, null, isLast ? made : []) ?? [];
  });
}
