import type { OverlayFile } from '../files/overlay-files.js';
import type { Files } from '../files/files.js';
import { type FirewallChoice, chooseFollow } from '../firewalls/choose.js';
import type { Facts } from '../firewalls/facts.js';
import { Transactions } from '../transactions/transactions.js';
import { RC_LOCAL } from '../units/generated/generated.js';
import { startedScripts } from '../units/generated/sysv.js';
import type { UnitLoader } from '../units/loader.js';
import type { Unit } from '../units/unit.js';
import { hookFiles, type OwnFile } from './own-file.js';
import { type OwnDropIn, ownDropIns } from './own-files.js';
import type { PatchRequest, PlanOptions } from './request.js';
import { type WithGenerated, withGenerated } from './with-generated.js';

/** The arguments of planPatch(). */
export interface Task {
  readonly files: Files;
  readonly request: PatchRequest;
  readonly options: PlanOptions;
  readonly facts: Facts;
}

/** The state of a root: the files of ours, the root with and without them, and the unit to follow. */
export interface Surroundings extends WithGenerated {
  readonly hooks: readonly OwnFile[];
  readonly own: readonly OwnDropIn[];
  /** the root without anything of ours */
  readonly withoutOurs: Transactions;
  readonly choice: FirewallChoice;
}

/**
 * Looks for the unit to follow, once more among what generators will have the boot start if there is none, and once
 * more if they will make units that it or the patched one needs.
 * @param ours the result of ownFiles()
 */
export function lookAround(
  task: Task,
  unit: Unit,
  ours: readonly OwnFile[],
  loader: UnitLoader,
): Surroundings {
  const active = task.facts.activeUnits();
  const before = { loader, transactions: Transactions.of(loader, active), generated: new Map() };
  let found = look(task, unit, ours, before);
  if ('nobody' in found.choice) {
    const started = [...startedScripts(task.files), RC_LOCAL];
    const booted = withGenerated(task.files, task.options, before, started, active);
    if (booted.loader !== loader) found = look(task, unit, ours, booted);
  }
  const names = [unit.id, ...('follow' in found.choice ? [found.choice.follow.unit.id] : [])];
  const after = withGenerated(task.files, task.options, before, names, active);
  return after.loader === loader ? { ...found, ...after } : look(task, unit, ours, after);
}

function look(
  { files, request, facts }: Task,
  unit: Unit,
  ours: readonly OwnFile[],
  root: WithGenerated,
): Surroundings {
  const hooks = hookFiles(files, unit.id, mayHaveHooks(root.transactions, unit, request));
  const own = ownDropIns(ours, hooks, root.loader);
  const withoutOurs = root.transactions.planned([...ours, ...hooks].map(removed));
  const choice = chooseFollow(withoutOurs, request.template, request.follow, facts, own);
  return { ...root, hooks, own, withoutOurs, choice };
}

/**
 * The units that may restart this one by a hook of ours. A hook comes with an order that one of the two units
 * declares. So it is on a unit that this one names, one that the boot starts, or one that somebody may choose.
 */
function mayHaveHooks(current: Transactions, unit: Unit, { template, follow }: PatchRequest): Set<string> {
  const chosen = [...template.candidates, ...(follow === undefined ? [] : [follow])];
  const named = unit.dependencies.map((dependency) => dependency.unit);
  return new Set([...chosen.map((name) => current.loader.realName(name)), ...named, ...current.atBoot()]);
}

function removed({ path }: OwnFile): OverlayFile {
  return { path, after: null };
}
