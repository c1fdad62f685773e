import type { RulesNow } from '../doctor/rules-now.js';
import { EXIT, type ExitStatus, UnitPatchError } from '../errors.js';
import { watchInactive } from '../plan/findings/watch.js';
import { LocalDisk } from '../files/disk.js';
import { openRoot } from '../files/open-root.js';
import { RememberedReads } from '../files/remembered-reads.js';
import { isRefused, needsNothing, type Plan, refusals } from '../plan/plan.js';
import type { PatchRequest } from '../plan/request.js';
import { jsonText } from '../report/json-list.js';
import { type ErrorReport, type PlanReport, planReport } from '../report/plan-json.js';
import { printable } from '../report/printable.js';
import { rulesNowSuffix } from '../report/rules-now-text.js';
import { typed } from '../report/typed.js';
import { farOf, isHost, withOpening } from './hosts.js';
import type { Io } from './io.js';
import { worst } from './plan-run.js';
import { patchRequest, planIn, type RequestArguments } from './request.js';

/** The checks for every root. */
export interface RootChecks {
  readonly names: readonly string[];
  /** nobody named one: those that are not there are left out */
  readonly isEvery: boolean;
  readonly options: RequestArguments;
  readonly isJson: boolean;
  /** whether a line begins with the root that it is about */
  readonly namesRoot: boolean;
}

/** The result for one unit in one root: its line, or its JSON document. */
export interface Checked {
  readonly status: ExitStatus;
  /** the root, if lines name it, and the unit: what the line begins with */
  readonly subject: string;
  /** the rest of the line, or the JSON document */
  readonly text: string;
}

/**
 * Prepares the checks of a root.
 * @param rulesNow how Docker's rules stand on running systems, by their roots
 * @returns the function that checks one root; undefined is the running system
 * @throws UnitPatchError `no-such-name`, `usage`
 */
export function rootChecker(
  { names, isEvery, options, isJson, namesRoot }: RootChecks,
  io: Io,
  rulesNow: ReadonlyMap<string | undefined, RulesNow> = new Map(),
): (root: string | undefined) => Checked[] {
  const requests = names.map((name) => patchRequest(name, options));
  const checked = (request: PatchRequest, root: string | undefined, io: Io): RootVerdict => {
    return check(request, root, io, request.template.name === 'docker' ? rulesNow.get(root) : undefined);
  };
  const verdicts = (root: string | undefined, io: Io): readonly RootVerdict[] => {
    const all = requests.map((request) => checked(request, root, io));
    return isEvery ? worthSaying(all, requests, root) : all;
  };
  if (isJson)
    return (root) =>
      verdicts(root, io).map(({ status, report }) => ({ status, subject: '', text: jsonText(report()) }));
  const linesOf = lineReader(verdicts, io);
  return (root) =>
    linesOf(root).map(({ status, line }) => {
      const unit = line.slice(0, line.indexOf(': ') + 2);
      const subject = (namesRoot ? `${root ?? '/'}: ` : '') + unit;
      return { status, subject: printable(subject), text: printable(line.slice(unit.length)) };
    });
}

/** The lines for a root; images that were built alike get the same ones, and are planned for once. */
function lineReader(
  verdicts: (root: string | undefined, io: Io) => readonly RootVerdict[],
  io: Io,
): (root: string | undefined) => readonly Line[] {
  const remembered = new RememberedReads<readonly Line[]>();
  return (root) => {
    const disk = diskOfImage(root);
    if (!disk) return verdicts(root, io);
    return remembered.answer(
      disk,
      (disk) =>
        verdicts(
          root,
          withOpening(io, (root) => io.openSystem(root, disk)),
        ).map(({ status, line }) => ({ status, line })),
      (lines) => !lines.some(({ line }) => line.includes(disk.root)),
    );
  };
}

/** The disk of an image; undefined for a running system, and if there is no such directory. */
function diskOfImage(root: string | undefined): LocalDisk | undefined {
  if (root === undefined || isHost(root)) return undefined;
  try {
    return new LocalDisk(openRoot(root).root);
  } catch {
    return undefined;
  }
}

/** Those of units that are there; what is wrong with the root itself is said once. */
function worthSaying(
  all: readonly RootVerdict[],
  requests: readonly PatchRequest[],
  root: string | undefined,
): RootVerdict[] {
  const [first, ...others] = all;
  if (first?.why !== undefined && others.every(({ why }) => why === first.why))
    return [{ ...first, line: `cannot tell: ${first.why}` }];
  const there = all.filter(({ isAbsent }) => isAbsent !== true);
  return there.length > 0 ? there : [noneOf(requests, root)];
}

/** What is said of a root that has no unit with a template. */
function noneOf(requests: readonly PatchRequest[], root: string | undefined): RootVerdict {
  const units = requests.map(({ template }) => template.unit);
  const text = `there is none of ${units.join(', ')}; any other unit has to be named`;
  const unit = units[0] ?? '';
  const report = {
    schema: 'unit-patch/error@1',
    root: root ?? '/',
    unit,
    code: 'no-such-unit',
    text,
  } as const;
  return { status: EXIT.usage, line: `cannot tell: ${text}`, report: () => report };
}

interface Line {
  readonly status: ExitStatus;
  readonly line: string;
}

interface RootVerdict extends Line {
  readonly report: () => PlanReport | ErrorReport;
  /** the text of the error, if there was one */
  readonly why?: string;
  /** the unit is not there, and nothing does its work under another name */
  readonly isAbsent?: boolean;
}

/** Without --follow, every unit that files of ours make it follow counts. */
function check(request: PatchRequest, root: string | undefined, io: Io, rules?: RulesNow): RootVerdict {
  const { plan, ...first } = checkOne(request, root, io, rules);
  const now = plan && rules ? typed(rulesNowSuffix(rules, isRefused(plan)), farOf(root, io)) : '';
  const also = request.follow === undefined ? (plan?.alsoFollows ?? []) : [];
  if (also.length === 0) return { ...first, line: first.line + now };
  const others = also.map(({ unit: follow }) => ({ follow, ...checkOne({ ...request, follow }, root, io) }));
  const rest = others.map(({ follow, line }) => `; for ${follow}, ${line.slice(line.indexOf(': ') + 2)}`);
  return {
    status: worst([first.status, ...others.map(({ status }) => status)]),
    line: first.line + rest.join('') + now,
    report: () => ({ ...first.report(), alsoChecked: others.map(({ report }) => report()) }) as PlanReport,
  };
}

function checkOne(
  request: PatchRequest,
  root: string | undefined,
  io: Io,
  rules?: RulesNow,
): RootVerdict & { readonly plan?: Plan } {
  try {
    const { plan, mustReload } = planIn(root, request, io);
    const isLeft = plan.changed || mustReload;
    const status = isRefused(plan) ? EXIT.refused : isLeft ? EXIT.left : EXIT.done;
    const line = `${plan.unit}: ${verdict(plan, mustReload)}`;
    return { status, line, report: () => planReport(plan, undefined, rules), plan };
  } catch (error) {
    // One bad root must not hide the results of the others.
    if (!(error instanceof UnitPatchError)) throw error;
    const { unit } = request.template;
    const { code, message: text, exitStatus: status } = error;
    const report = { schema: 'unit-patch/error@1', root: root ?? '/', unit, code, text } as const;
    const isAbsent = ABSENT.includes(code);
    const line = `${unit}: cannot tell, ${text}`;
    return { status, line, report: () => report, why: text, isAbsent };
  }
}

/** The other unit, which does its work, has a line of its own. */
const ABSENT = ['no-such-unit', 'unit-elsewhere'];

function whyMissing({ findings, service }: Plan): string {
  const isIdle = findings.some(({ code }) => code === watchInactive.code);
  return isIdle ? `${service?.unit ?? 'the watch'} does not run` : 'systemd has not loaded the files';
}

function verdict(plan: Plan, mustReload: boolean): string {
  if (isRefused(plan)) return `refused, ${refusals(plan).join(', ')}`;
  if (plan.missing.length > 0) return `missing: ${plan.missing.join(' ')}`;
  if (plan.changed)
    return `missing: ${plan.changes.map(({ action, path }) => `${action} ${path}`).join(', ')}`;
  if (mustReload) return `missing: ${whyMissing(plan)}`;
  if (needsNothing(plan)) return 'nothing to follow';
  return plan.follow
    ? `in force, it follows ${plan.follow.unit}`
    : 'in force, its firewall rules are watched';
}
