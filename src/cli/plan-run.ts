import { EXIT, type ExitStatus, UnitPatchError } from '../errors.js';
import { jsonText } from '../report/json-list.js';
import { planReport } from '../report/plan-json.js';
import type { PlanResult } from '../report/plan-markdown.js';
import type { Io } from './io.js';
import { type Common } from './options.js';
import { usage } from './usage.js';
import type { Planned, WritingArguments } from './request.js';
import { RootRun } from './root-run.js';
import { withRulesNow } from './with-rules-now.js';

/**
 * Root by root: shows the plan, asks, and applies it. All plans are made already: a bad root stops all of them.
 * @throws UnitPatchError `usage` if two of the roots are one: its second plan would be stale; `needs-yes` once all
 *   plans are shown, if something would be written and nobody can be asked
 */
export async function runPlans(
  all: readonly Planned[],
  given: WritingArguments,
  common: Common,
  io: Io,
): Promise<ExitStatus> {
  const twice = all.map(({ plan }) => plan.root).find((root, i, roots) => roots.indexOf(root) < i);
  if (twice !== undefined) throw usage(`${twice} is named twice`, 'name each root once');
  // Loaded before anything is written, and only if it is wanted.
  const markdown = common.format === 'markdown' ? await import('../report/plan-markdown.js') : undefined;
  const statuses: ExitStatus[] = [];
  const results: PlanResult[] = [];
  let isUnasked = false;
  try {
    for (const planned of await withRulesNow(all, io)) {
      const outcome = await new RootRun(planned, given, common, io).run();
      statuses.push(outcome.status);
      results.push({ ...planned, application: outcome.application });
      isUnasked ||= outcome.isUnasked === true;
    }
    if (common.format === 'json') io.out(plansJson(results));
    if (markdown) io.out(markdown.plansMarkdown(results));
  } catch (error) {
    throw afterApplying(error, results);
  }
  if (isUnasked) throw needsYes(worst(statuses));
  return worst(statuses);
}

/** Without a terminal nobody can say yes, and silence is not a yes. */
function needsYes(status: ExitStatus): UnitPatchError {
  return new UnitPatchError(
    'needs-yes',
    'nothing was written: standard input is not a terminal, so there is no one to ask',
    status,
    'add --yes to write it, or --dry-run to see the plan only',
  );
}

function plansJson(results: readonly PlanResult[]): string {
  const reports = results.map(({ plan, application, rulesNow }) => planReport(plan, application, rulesNow));
  return `${jsonText(reports.length === 1 ? reports[0] : reports)}\n`;
}

/** The exit status that counts if there are several. */
export function worst(statuses: readonly ExitStatus[]): ExitStatus {
  return statuses.reduce((most, status) => (status > most ? status : most), EXIT.done);
}

/**
 * An error that comes once something was applied: its own exit status would say that nothing was written.
 * @param results the plans so far, and what was done
 */
function afterApplying(error: unknown, results: readonly PlanResult[]): unknown {
  const roots = results.filter(({ application }) => application?.ok === true).map(({ plan }) => plan.root);
  if (!(error instanceof UnitPatchError) || roots.length === 0) return error;
  return new UnitPatchError(
    error.code,
    `${error.message}; before that the plan was applied in ${roots.join(', ')}, and it stays applied`,
    EXIT.failed,
    `nothing was rolled back: unit-patch check ${results[0]?.plan.asked.name ?? ''} says what is in force`,
  );
}
