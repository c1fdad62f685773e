import type { Relation } from '../firewalls/template.js';
import type { System } from '../system/system.js';
import type { LoadOptions } from '../units/loader.js';
import { notLoaded } from './findings/restarts.js';
import { watchInactive } from './findings/watch.js';
import type { Plan } from './plan.js';
import { plannerOf } from './plan-patch.js';
import { planRevert } from './plan-revert.js';
import type { PatchRequest, PlanOptions, RevertRequest } from './request.js';

/** A plan for a system, and whether its running manager has loaded what the files say. */
export interface SystemPlan {
  readonly system: System;
  readonly plan: Plan;
  /** the files say it all, but systemd has not loaded them, or their service does not run */
  readonly mustReload: boolean;
}

const MUST_RELOAD = [notLoaded.code, watchInactive.code];

/** Plans for a system with any relation, and keeps the two together; the system is read once. */
export function plannerFor(
  system: System,
  request: PatchRequest,
  options?: PlanOptions,
): (relation: Relation | undefined) => SystemPlan {
  const planWith = plannerOf(system, request, options);
  return (relation) => {
    const plan = planWith(relation);
    return { system, plan, mustReload: plan.findings.some(({ code }) => MUST_RELOAD.includes(code)) };
  };
}

/** Plans to revert what was written in a system. */
export function planRevertFor(system: System, request: RevertRequest, options?: LoadOptions): SystemPlan {
  return { system, plan: planRevert(system, request, options), mustReload: false };
}
