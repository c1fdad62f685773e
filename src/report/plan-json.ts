import type { Application, Step } from '../apply/apply-plan.js';
import type { RulesNow } from '../doctor/rules-now.js';
import type { Change, Plan } from '../plan/plan.js';
import { patchOf } from './patch.js';

/** What `unit-patch NAME --json` prints: the plan, each change with its patch, and what applying it did. */
export type PlanReport = Omit<Plan, 'changes'> & {
  readonly changes: readonly (Change & { readonly patch: string })[];
  readonly applied?: readonly Step[];
  /** how Docker's rules stand on a live machine; missing if that is not known */
  readonly rulesNow?: RulesNow;
};

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
