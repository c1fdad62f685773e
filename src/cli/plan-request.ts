import { whyManagerDisagrees } from '../apply/manager-steps.js';
import { factsOf } from '../firewalls/facts.js';
import type { Relation } from '../firewalls/template.js';
import { notLoaded } from '../plan/findings/restarts.js';
import { FINDINGS } from '../plan/findings/table.js';
import { planPatch } from '../plan/plan-patch.js';
import { planRevert, type RevertRequest } from '../plan/plan-revert.js';
import type { PatchRequest } from '../plan/request.js';
import { refused } from '../report/plan-text.js';
import { findTemplate } from './find-template.js';
import type { Io } from './io.js';
import { loadOptions, single, usage } from './options.js';
import type { Planned, WritingArguments } from './plan-run.js';

/** Options that say what to follow, and how. */
export interface RequestArguments extends WritingArguments {
  readonly follow?: unknown;
  readonly relation?: unknown;
  readonly noStartLimit?: unknown;
}

/**
 * What a NAME and its options ask for.
 * @throws UnitPatchError `no-such-name`, `usage`
 */
export function patchRequest(name: string, given: RequestArguments): PatchRequest {
  return {
    template: findTemplate(name),
    follow: single('follow', given.follow),
    relation: single('relation', given.relation) as Relation | undefined,
    force: forcedCodes(given.force),
    noStartLimit: given.noStartLimit === true,
  };
}

/** Who writes hears by other means whether anything is left. */
export function exitCodeNeedsDryRun({ exitCode, dryRun }: WritingArguments): void {
  if (exitCode === true && dryRun !== true)
    throw usage('--exit-code is for --dry-run', 'add --dry-run, or use unit-patch check');
}

/** The codes that `--force` names; a misspelt one must not go unnoticed. */
export function forcedCodes(given: unknown): string[] {
  const codes = given === undefined ? [] : ([] as unknown[]).concat(given).map(String);
  const forceable = Object.keys(FINDINGS).filter((code) => FINDINGS[code]?.mayBeForced === true);
  for (const code of codes) {
    if (forceable.includes(code)) continue;
    const why =
      FINDINGS[code]?.level === 'refuse' ? 'unit-patch never does that' : 'there is no such refusal';
    throw usage(`--force ${code}: ${why}`, `what may be forced: ${forceable.join(', ')}`);
  }
  return codes;
}

/** Plans to take back what was written in one root. */
export function planRevertFor(request: RevertRequest, root: string | undefined, io: Io): Planned {
  const system = io.openSystem(root);
  const options = loadOptions(system, io);
  const plan = planRevert(system.files(), request, options);
  return { system, root, plan, mustReload: false };
}

/** Plans for one root; on a running system its manager is asked, too. */
export function planFor(request: PatchRequest, root: string | undefined, io: Io): Planned {
  const system = io.openSystem(root);
  const { manager } = system;
  const options = { ...loadOptions(system, io), facts: factsOf(system) };
  const plan = planPatch(system.files(), request, options);
  if (!manager || plan.changed || refused(plan) || !plan.follow)
    return { system, root, plan, mustReload: false };
  // Files may say what systemd has not read yet: a drop-in without a daemon-reload does nothing.
  const why = whyManagerDisagrees(manager, plan);
  if (why === undefined) return { system, root, plan, mustReload: false };
  return { system, root, plan: { ...plan, findings: [...plan.findings, notLoaded(why)] }, mustReload: true };
}
