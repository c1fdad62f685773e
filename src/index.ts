/** The library: parse, load, plan, apply. Importing it touches no file. */
export { EXIT, UnitPatchError, type ExitStatus } from './errors.js';
export { parseUnit } from './syntax/parse.js';
export { renderUnit, type Node, type SyntaxProblem, type UnitFile } from './syntax/unit-file.js';
export { loadUnit, UnitLoader, type LoadOptions } from './units/loader.js';
export type { Dependency, LoadState, Problem, Setting, Source, Unit } from './units/unit.js';
export { planPatch } from './plan/plan-patch.js';
export { type PatchRequest, type PlanOptions, type RevertRequest } from './plan/request.js';
export { planRevert } from './plan/plan-revert.js';
export type { PlanSource } from './plan/plan-source.js';
export { factsOf, type Facts } from './firewalls/facts.js';
export type { Finding } from './plan/findings/finding.js';
export type { FindingMeta } from './plan/findings/check.js';
export { FINDING_CODES, FINDINGS } from './plan/findings/index.js';
export { isRefused, type Change, type Input, type Plan } from './plan/plan.js';
export type { Covered, Outcome } from './plan/coverage.js';
export type { Event } from './plan/events.js';
export type { SavedRequest } from './plan/request.js';
export type { UnitRelation, Relations } from './plan/settings.js';
export { parsePlans, type SavedPlan } from './plan/saved-plan.js';
export { differences, isApplied } from './plan/stale-plan.js';
export {
  parseTemplate,
  RELATIONS,
  templateForUnit,
  type Relation,
  type Template,
} from './firewalls/template.js';
export { findTemplate } from './firewalls/find-template.js';
export { applyPlan, type Application } from './apply/apply-plan.js';
export { type Step } from './apply/steps.js';
export { protectionOf } from './doctor/protection.js';
export type { Protection, RelationState } from './docker/evidence.js';
export { daemonFacts, type DaemonFacts } from './firewalls/dockerd/daemon-json.js';
export { openRoot } from './files/open-root.js';
export { openSystem } from './system/open-system.js';
export { lockRoot, type LockOptions, type RootLock } from './system/root-lock.js';
export { readTemplate, templateNames } from './system/package-files.js';
export type { Files, RootPath } from './files/files.js';
export { listingOf, type Listing } from './files/files.js';
export type { Engine, Manager, RunningContainer, System } from './system/system.js';
export { planReport, type PlanReport } from './report/plan-json.js';
export { plansMarkdown, type PlanResult } from './report/plan-markdown.js';
export { patchOf } from './report/patch.js';
export { showReport, type ShowReport } from './report/show.js';
