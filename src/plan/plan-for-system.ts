import type { System } from '../system/system.js';
import type { LoadOptions } from '../units/loader.js';
import { notLoaded } from './findings/restarts.js';
import { watchInactive } from './findings/watch.js';
import type { Plan } from './plan.js';
import { planPatch } from './plan-patch.js';
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

/** Plans for a system, and keeps the two together. */
export function planFor(system: System, request: PatchRequest, options?: PlanOptions): SystemPlan {
  const plan = planPatch(system, request, options);
  return { system, plan, mustReload: plan.findings.some(({ code }) => MUST_RELOAD.includes(code)) };
}

/** Plans to revert what was written in a system. */
export function planRevertFor(system: System, request: RevertRequest, options?: LoadOptions): SystemPlan {
  return { system, plan: planRevert(system, request, options), mustReload: false };
}
