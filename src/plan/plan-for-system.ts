import { factsOf } from '../firewalls/facts.js';
import type { System } from '../system/system.js';
import type { LoadOptions } from '../units/loader.js';
import { runChecks } from './findings/index.js';
import { whyManagerDisagrees } from './manager-agrees.js';
import { isRefused, type Plan } from './plan.js';
import { planPatch } from './plan-patch.js';
import { planRevert } from './plan-revert.js';
import type { PatchRequest, RevertRequest } from './request.js';

/** A plan for a system, and whether its running manager has loaded what the files say. */
export interface SystemPlan {
  readonly system: System;
  readonly plan: Plan;
  /** the files say it all, but systemd has not loaded them */
  readonly mustReload: boolean;
}

/**
 * Plans for a system. If it runs, its manager is asked, too.
 * @param options how units are loaded; by default as the running manager does
 * @example
 * ```ts
 * import { openSystem, parseTemplate, planFor, readTemplate } from 'unit-patch';
 *
 * const request = { template: parseTemplate(readTemplate('docker')) };
 * const { plan, mustReload } = planFor(openSystem('examples/centos-7'), request);
 * assert.deepEqual(plan.missing, ['Requires=iptables.service', 'After=iptables.service']);
 * assert.equal(mustReload, false); // an image has no manager
 * ```
 */
export function planFor(
  system: System,
  request: PatchRequest,
  options: LoadOptions = system.manager?.about() ?? {},
): SystemPlan {
  const { manager } = system;
  const plan = planPatch(system.files(), request, { ...options, facts: factsOf(system) });
  if (!manager || plan.changed || isRefused(plan) || !plan.follow) return { system, plan, mustReload: false };
  // Files may hold what systemd has not read yet: a drop-in without a daemon-reload does nothing.
  const why = whyManagerDisagrees(manager, plan);
  if (why === undefined) return { system, plan, mustReload: false };
  const findings = [...plan.findings, ...runChecks('disagrees', { why })];
  return { system, plan: { ...plan, findings }, mustReload: true };
}

/**
 * Plans to revert what was written in a system.
 * @param options how units are loaded; by default as the running manager does
 * @example
 * ```ts
 * import { openSystem, planRevertFor } from 'unit-patch';
 *
 * const { plan } = planRevertFor(openSystem('examples/centos-7'), { unit: 'docker.service' });
 * assert.equal(plan.changed, false); // nothing was written there
 * ```
 */
export function planRevertFor(
  system: System,
  request: RevertRequest,
  options: LoadOptions = system.manager?.about() ?? {},
): SystemPlan {
  return { system, plan: planRevert(system.files(), request, options), mustReload: false };
}
