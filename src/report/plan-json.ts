import type { Application, Step } from '../apply/apply-plan.js';
import type { RulesNow } from '../doctor/rules-now.js';
import type { Change, Plan } from '../plan/plan.js';
import { patchOf } from './patch.js';

/**
 * What `unit-patch NAME`, revert, apply and check print, and what apply reads: the plan, each change with its patch,
 * and what applying it did. Several roots make an array of these documents.
 * @title A plan
 */
export interface PlanReport extends Omit<Plan, 'changes'> {
  /** every file that is made, changed or removed; none if the plan is refused */
  readonly changes: readonly PatchedChange[];
  /** what an application did, step by step; missing if nothing was applied */
  readonly applied?: readonly Step[];
  /** how Docker's rules stand on a live machine; missing for an image, and if that is not known */
  readonly rulesNow?: RulesNow;
  /** check: the plan for each unit in alsoFollows, or why there is none */
  readonly alsoChecked?: readonly (PlanReport | ErrorReport)[];
}

/** A change with its patch. */
export interface PatchedChange extends Change {
  /**
   * the same as `git apply` and `patch -p1` take it inside the root
   * @pattern ^diff --git .
   */
  readonly patch: string;
}

/**
 * What `unit-patch check` prints instead of a plan if none could be made. Several roots make an array of these
 * documents.
 * @title No plan
 */
export interface ErrorReport {
  /** the name and version of this document's schema */
  readonly schema: 'unit-patch/error@1';
  /** as it was named; `/` for the running system */
  readonly root: string;
  /** the unit that could not be checked */
  readonly unit: string;
  /**
   * stable, for programs: no-such-unit, unit-masked, or the system's own (EACCES)
   * @pattern ^[A-Za-z-]+$
   */
  readonly code: string;
  /** one sentence that names the file and the reason */
  readonly text: string;
}

/**
 * A plan as the JSON contract has it.
 * @example
 * ```ts
 * import { openRoot, parseTemplate, planPatch, planReport, readTemplate } from 'unit-patch';
 *
 * const request = { template: parseTemplate(readTemplate('docker')), follow: undefined, relation: 'requires' };
 * const plan = planPatch(openRoot('examples/centos-7'), request);
 * assert.equal(planReport(plan).schema, 'unit-patch/plan@1');
 * ```
 */
export function planReport(plan: Plan, application?: Application, rulesNow?: RulesNow): PlanReport {
  const { inputs, changed, changes, coverage, ...rest } = plan;
  return {
    ...rest,
    changes: changes.map((change) => ({ ...change, patch: patchOf(change) })),
    inputs,
    changed,
    coverage,
    ...(application ? { applied: application.steps } : {}),
    ...(rulesNow ? { rulesNow } : {}),
  };
}
