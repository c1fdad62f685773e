/** The library: parse, load, plan, apply. Importing it touches no file. */
export { EXIT, UnitPatchError, type ExitStatus } from './errors.js';
export { parseUnit } from './syntax/parse.js';
export { renderUnit, type Node, type SyntaxProblem, type UnitFile } from './syntax/unit-file.js';
export { loadUnit, UnitLoader, type LoadOptions } from './units/loader.js';
export type { Dependency, LoadState, Problem, Setting, Source, Unit } from './units/unit.js';
export { planPatch, type PatchRequest, type PlanOptions } from './plan/plan-patch.js';
export type { Facts } from './plan/choose-follow.js';
export type { Change, Finding, Input, Plan } from './plan/plan.js';
export { parseTemplate, RELATIONS, templateForUnit, type Relation, type Template } from './plan/template.js';
export { applyPlan, type Application, type Step } from './apply/apply-plan.js';
export { openRoot } from './system/open-root.js';
export { openSystem } from './system/open-system.js';
export { readTemplate, templateNames } from './system/package-templates.js';
export type { Files, RootPath } from './system/files.js';
export type { Manager, System } from './system/system.js';
export { planReport, type PlanReport } from './report/plan-json.js';
export { patchOf } from './report/patch.js';
export { showReport, type ShowReport } from './report/show-json.js';
