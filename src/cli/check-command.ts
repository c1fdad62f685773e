import { EXIT, UnitPatchError, type ExitStatus } from '../errors.js';
import type { Plan } from '../plan/plan.js';
import type { PatchRequest } from '../plan/plan-patch.js';
import { planReport, type PlanReport } from '../report/plan-json.js';
import { JsonList } from '../report/json-list.js';
import { printable } from '../report/printable.js';
import { refused } from '../report/talk.js';
import type { Io } from './io.js';
import { commonOptions, mustBeTextOrJson } from './options.js';
import { patchRequest, planFor, type RequestArguments } from './plan-request.js';
import { worst } from './plan-run.js';
import { Progress } from './progress.js';
import { rootsFrom } from './roots-from.js';

/** The arguments of `unit-patch check NAME…`. */
export interface CheckArguments extends RequestArguments {
  readonly names: readonly string[];
  readonly rootsFrom?: unknown;
}

/** What one unit in one root came to. */
interface Checked {
  readonly status: ExitStatus;
  readonly line: string;
  readonly report: () => PlanReport | ErrorReport;
}

/** What stands in the place of a plan where none could be made. */
interface ErrorReport {
  readonly schema: 'unit-patch/error@1';
  readonly root: string;
  readonly unit: string;
  readonly code: string;
  readonly text: string;
}

/** Says of every unit and root, in a line each, whether anything is left to patch. Writes nothing. */
export async function checkCommand(given: CheckArguments, io: Io): Promise<ExitStatus> {
  const { format, ...common } = commonOptions(given, io);
  mustBeTextOrJson(format, 'check');
  const requests = given.names.map((name) => patchRequest(name, given));
  const listed = await rootsFrom(given.rootsFrom, io);
  const roots = listed.length === 0 ? common.roots : [...common.roots.filter(isNamed), ...listed];
  const all = roots.length * requests.length;
  const progress = new Progress(io, all);
  const json = new JsonList((text) => {
    io.out(text);
  }, all > 1);
  let most: ExitStatus = EXIT.done;
  for (const root of roots) {
    for (const request of requests) {
      const { status, line, report } = check(request, root, io);
      progress.step();
      most = worst([most, status]);
      if (format === 'json') json.add(report());
      else io.out(`${printable((roots.length > 1 ? `${root ?? '/'}: ` : '') + line)}\n`);
    }
  }
  progress.end();
  if (format === 'json') json.end();
  return most;
}

const isNamed = (root: string | undefined): root is string => root !== undefined;

function check(request: PatchRequest, root: string | undefined, io: Io): Checked {
  try {
    const { plan, mustReload } = planFor(request, root, io);
    const isLeft = plan.changed || mustReload;
    const status = refused(plan) ? EXIT.refused : isLeft ? EXIT.left : EXIT.done;
    return { status, line: `${plan.unit}: ${verdict(plan, mustReload)}`, report: () => planReport(plan) };
  } catch (error) {
    // One bad root must not hide what there is to say of the others.
    if (!(error instanceof UnitPatchError)) throw error;
    const { unit } = request.template;
    const { code, message: text, exitStatus: status } = error;
    const report = { schema: 'unit-patch/error@1', root: root ?? '/', unit, code, text } as const;
    return { status, line: `${unit}: cannot tell, ${text}`, report: () => report };
  }
}

function verdict(plan: Plan, mustReload: boolean): string {
  if (refused(plan)) {
    const codes = plan.findings.filter(({ level }) => level === 'refuse').map(({ code }) => code);
    return `refused, ${[...new Set(codes)].join(', ')}`;
  }
  if (plan.missing.length > 0) return `left, ${plan.missing.join(' ')}`;
  if (plan.changed) return `left, ${plan.changes.map(({ action, path }) => `${action} ${path}`).join(', ')}`;
  if (mustReload) return 'left, systemd has not loaded the files';
  return plan.follow ? `in force, it follows ${plan.follow.unit}` : 'nothing to follow';
}
