import type { Files } from '../system/files.js';
import { PlannedFiles } from '../system/planned-files.js';
import { UnitLoader, type LoadOptions } from '../units/loader.js';
import { edited } from './findings/own-file.js';
import { forcedBy } from './findings/table.js';
import { ownFiles, type OwnFile } from './own-file.js';
import { changeOf, goneBetween, inputsOf, sha256, type Change, type Plan } from './plan.js';

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
 */
export function planRevert(files: Files, request: RevertRequest, options: LoadOptions = {}): Plan {
  const unit = new UnitLoader(files, options).load(request.unit);
  const own = ownFiles(files, unit.id);
  const findings = forcedBy(
    request.force ?? [],
    own.filter(({ owner }) => owner === 'edited').map(({ path }) => edited(path, 'taking it back')),
  );
  const isRefused = findings.some(({ level }) => level === 'refuse');
  const changes = isRefused ? [] : removals(own);
  return {
    schema: 'unit-patch/plan@1',
    root: files.root,
    unit: unit.id,
    follow: null,
    relation: null,
    inForce: [],
    missing: [],
    gone: goneBetween(unit, new UnitLoader(new PlannedFiles(files, changes), options).load(unit.id)),
    findings,
    changes,
    inputs: inputsOf(
      [unit],
      own.map(({ path, bytes }) => ({ path, sha256: bytes ? sha256(bytes) : null })),
    ),
    changed: changes.length > 0,
  };
}

/** A directory that was made for one of them goes with the last of them. */
function removals(own: readonly OwnFile[]): Change[] {
  const made = own.map(({ directories }) => directories).reduce((a, b) => (b.length > a.length ? b : a), []);
  return own.flatMap(({ path, bytes }, at) => {
    const isLast = at === own.length - 1;
    return changeOf(path, bytes?.toString() ?? null, null, isLast ? made : []) ?? [];
  });
}
