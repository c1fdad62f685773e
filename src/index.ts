export { EXIT, UnitPatchError, type ExitStatus } from './errors.js';
export { parseUnit } from './syntax/parse.js';
export { renderUnit, type UnitFile } from './syntax/unit-file.js';
export { loadUnit, UnitLoader, type LoadOptions } from './units/loader.js';
export type { Dependency, LoadState, Problem, Setting, Source, Unit } from './units/unit.js';
export { openRoot } from './system/open-root.js';
export { showReport, type ShowReport } from './report/show-json.js';
