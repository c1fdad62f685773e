import { isRefused, type Plan } from '../plan/plan.js';
import type { System } from '../system/system.js';
import { doChange, mustBeAsPlanned, mustBeFresh } from './file-steps.js';
import { label, load, relabel } from './manager-steps.js';
import { startService, stopService } from './service-steps.js';
import { type Step, Steps, STEPS } from './steps.js';
import { mustAddNothingTo, verify } from './verify.js';

export type { Step } from './steps.js';

/** The result of applying a plan. If `ok` is false, the old state was restored. */
export interface Application {
  readonly ok: boolean;
  readonly steps: readonly Step[];
  /** what could not be rolled back, for a person to look at */
  readonly notRolledBack: readonly string[];
}

/**
 * Applies a plan: all of its changes, or none. It checks that nothing has changed since planning, writes, makes the
 * manager reload and reads the result back; if any step fails, the old state is restored and loaded again.
 * @param system the one whose files the plan was made from
 * @param plan a plan without a `refuse` finding
 * @throws TypeError for a plan that is refused
 * @example
 * ```ts
 * import { applyPlan, findTemplate, openSystem, planPatch } from 'unit-patch';
 *
 * const system = openSystem('examples/centos-7');
 * const request = { template: findTemplate('docker') };
 * const application = applyPlan(system, planPatch(system, request));
 * assert.equal(application.ok, true);
 * assert.equal(planPatch(system, request).changed, false); // a second time nothing is missing
 * ```
 */
export function applyPlan(system: System, plan: Plan): Application {
  if (isRefused(plan)) throw new TypeError('this plan is refused');
  return system.uninterrupted(() => {
    const steps = new Steps();
    const ok = steps.allOrNothing(() => {
      apply(system, plan, steps);
    });
    for (const { path, error } of system.settleAll?.() ?? []) steps.couldNotRemove(path, error);
    return { ok, steps: steps.done, notRolledBack: steps.notRolledBack };
  });
}

function apply(system: System, plan: Plan, steps: Steps): void {
  const { manager } = system;
  // First, since it takes a while, in which a file may change.
  const complaints = plan.changed ? verify(manager, plan) : undefined;
  steps.take(STEPS.fresh, () => {
    mustBeFresh(system, plan.inputs);
  });
  if (manager) stopService(manager, steps, plan);
  const made = plan.changes.flatMap((change) =>
    doChange(system, steps, change, (path) => {
      relabel(manager, [path]);
    }),
  );
  if (manager) {
    label(manager, steps, made);
    load(manager, steps, plan);
    startService(manager, steps, plan);
    if (plan.changed) mustAddNothingTo(complaints, manager, steps, plan);
  }
  if (plan.changed)
    steps.take(STEPS.asPlanned, () => {
      mustBeAsPlanned(system, plan);
    });
}
