import type { RulesNow } from '../doctor/rules-now.js';
import { type Heal, isStoppedAlong, type Relation } from '../firewalls/template.js';
import { compareRelations, type Comparison } from '../plan/compare.js';
import { FINDINGS } from '../plan/findings/index.js';
import { plannerFor, planRevertFor, type SystemPlan } from '../plan/plan-for-system.js';
import type { PatchRequest, PlanOptions, RevertRequest } from '../plan/request.js';
import { withSuffix } from '../units/name.js';
import { didYouMean, nearest } from '../units/nearest.js';
import { findTemplate } from '../firewalls/find-template.js';
import type { Io } from './io.js';
import { type CommonArguments, loadOptions, single } from './options.js';
import { usage } from './usage.js';

/** Options of every command that writes. */
export interface WritingArguments extends CommonArguments {
  readonly force?: unknown;
  readonly dryRun?: unknown;
  readonly exitCode?: unknown;
  readonly yes?: unknown;
}

/** Options that say what to follow, and how. */
export interface RequestArguments extends WritingArguments {
  readonly follow?: unknown;
  readonly relation?: unknown;
  readonly noStartLimit?: unknown;
  readonly comeBack?: unknown;
  readonly heal?: unknown;
}

/**
 * The request that a NAME and its options make.
 * @throws UnitPatchError `no-such-name`, `usage`
 */
export function patchRequest(name: string, given: RequestArguments): PatchRequest {
  const relation = single('relation', given.relation) as Relation | undefined;
  const heal = single('heal', given.heal) as Heal | undefined;
  if (heal !== undefined && relation !== undefined && relation !== 'watch')
    throw usage(`--heal is how a watch heals, and --relation ${relation} is none`, 'add --relation watch');
  mustBeStoppedAlong(relation, given.comeBack === true);
  return {
    template: findTemplate(name),
    follow: followed(given.follow),
    relation: heal === undefined ? relation : 'watch',
    heal,
    force: forcedCodes(given.force),
    noStartLimit: given.noStartLimit === true,
    ...(given.comeBack === true ? { comeBack: true } : {}),
  };
}

/** What a stop does not take down cannot come back. */
export function mustBeStoppedAlong(relation: Relation | undefined, comeBack: boolean): void {
  if (comeBack && relation !== undefined && !isStoppedAlong(relation))
    throw usage(
      `--come-back is for what a stop takes down, and --relation ${relation} takes nothing down`,
      'leave it out, or choose requires or part-of',
    );
}

/** The unit that --follow names; as for systemctl, a name without a suffix is a service's. */
export function followed(given: unknown): string | undefined {
  const name = single('follow', given);
  return name === undefined ? undefined : withSuffix(name);
}

/** The codes that `--force` names; a misspelt one must not go unnoticed. */
export function forcedCodes(given: unknown): string[] {
  const codes = given === undefined ? [] : ([] as unknown[]).concat(given).map(String);
  const forceable = Object.keys(FINDINGS).filter((code) => FINDINGS[code]?.mayBeForced === true);
  for (const code of codes) {
    if (forceable.includes(code)) continue;
    const why =
      FINDINGS[code]?.level === 'refuse' ? 'unit-patch never does that' : 'there is no such refusal';
    const near = nearest(code, forceable);
    throw usage(`--force ${code}: ${why}`, didYouMean(near, `what may be forced: ${forceable.join(', ')}`));
  }
  return codes;
}

/** A run that writes reports a change anyway. */
export function exitCodeNeedsDryRun({ exitCode, dryRun }: WritingArguments): void {
  if (exitCode === true && dryRun !== true)
    throw usage('--exit-code is for --dry-run', 'add --dry-run, or use unit-patch check');
}

/** A plan for one root. */
export interface Planned extends SystemPlan {
  /** as it was named on the command line; undefined for the running system */
  readonly root: string | undefined;
  /** how Docker's rules stand right now */
  readonly rulesNow?: RulesNow | undefined;
  /** compares all relations for the same request; missing for what has none, as a revert */
  readonly compare?: () => Comparison;
}

/** Plans for one root. */
export function planIn(
  root: string | undefined,
  request: PatchRequest,
  io: Io,
  options: Pick<PlanOptions, 'coverageBefore'> = {},
): Planned {
  const planWith = plannerIn(root, request, io, options);
  const compare = (): Comparison =>
    compareRelations((relation) => planWith(relation).plan, request.template.relation);
  return { ...planWith(request.relation), root, compare };
}

/** Compares all relations in one root. */
export function compareIn(root: string | undefined, request: PatchRequest, io: Io): Comparison {
  const planWith = plannerIn(root, request, io);
  return compareRelations((relation) => planWith(relation).plan, request.template.relation);
}

function plannerIn(
  root: string | undefined,
  request: PatchRequest,
  io: Io,
  options: Pick<PlanOptions, 'coverageBefore'> = {},
): (relation: Relation | undefined) => SystemPlan {
  const system = io.openSystem(root);
  return plannerFor(system, request, { ...loadOptions(system, io), ...options });
}

/** Plans to revert what was written in one root. */
export function planRevertIn(root: string | undefined, request: RevertRequest, io: Io): Planned {
  const system = io.openSystem(root);
  return { ...planRevertFor(system, request, loadOptions(system, io)), root };
}
