import type { Argv } from 'yargs';
import { EXIT, type ExitStatus, UnitPatchError } from '../../errors.js';
import { movedFiles } from '../../plan/moved-files.js';
import { bad, parsePlans, type SavedPlan } from '../../plan/saved-plan.js';
import { differences, isApplied } from '../../plan/stale-plan.js';
import { planReport } from '../../report/plan-json.js';
import { readInput } from '../../system/stdio.js';
import { findTemplate } from '../../firewalls/find-template.js';
import { reaching } from '../hosts.js';
import type { Io } from '../io.js';
import { whileLockedUnlessAsked } from '../locked.js';
import { commonOptions, NEEDED, rootOptions, writingOptions } from '../options.js';
import { usage } from '../usage.js';
import { runPlans } from '../plan-run.js';
import {
  exitCodeNeedsDryRun,
  forcedCodes,
  planIn,
  type Planned,
  planRevertIn,
  type WritingArguments,
} from '../request.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return writingOptions(rootOptions(argv))
    .positional('plan', { ...NEEDED, describe: 'the file; - is standard input' })
    .example('unit-patch apply plan.json', 'exactly the plan that somebody has reviewed')
    .example('unit-patch apply plan.json --root /srv/b', 'in another root, where its files are the same')
    .epilogue(
      'Exit status: as for the main command; 2 also if the file is not a plan, 3 also if it is stale: nothing is written, and the changes are named.',
    );
}

/** A thousand plans of the usual size; in bytes. */
const SIZE_MAX = 8 * 2 ** 20;

/** The arguments of `unit-patch apply PLAN`. */
interface ApplyArguments extends WritingArguments {
  readonly plan: string;
}

/**
 * Applies a saved plan. Its request is planned again, and the new plan is applied if it equals the saved one, so that
 * no file can make this program do what it would not do by itself.
 */
export async function run(given: ApplyArguments, nearby: Io): Promise<ExitStatus> {
  const common = commonOptions(given, nearby);
  exitCodeNeedsDryRun(given);
  const source = given.plan === '-' ? 'standard input' : given.plan;
  const saved = parsePlans(await textOf(given.plan, source, nearby), source);
  const named = given.root === undefined && given.host === undefined ? [] : common.roots;
  mustBeForcedAgain(saved, forcedCodes(given.force), source);
  const all = targets(saved, named, source);
  const roots = all.map(({ root }) => root);
  const io = await reaching(roots, given, nearby);
  return whileLockedUnlessAsked(roots, given, io, () => {
    const planned = all.map(({ plan, root }) => planAgain(plan, root, source, io));
    return runPlans(planned, given, { ...common, roots }, io);
  });
}

async function textOf(name: string, source: string, io: Io): Promise<string> {
  if (name === '') throw usage('the name of the plan is empty', 'unit-patch apply plan.json, or - for stdin');
  const read = await readInput(name, SIZE_MAX, io.input);
  if ('why' in read) throw bad(`${source} ${read.why}`);
  return read.bytes.toString();
}

/**
 * A file may hold a request, but it cannot override a refusal: only the person who applies it can.
 * @throws UnitPatchError `forced-plan`, `usage`
 */
function mustBeForcedAgain(saved: readonly SavedPlan[], codes: readonly string[], source: string): void {
  const wanted = [...new Set(saved.flatMap(({ asked }) => forcedCodes(asked.force)))];
  const missing = wanted.filter((code) => !codes.includes(code));
  const options = (all: readonly string[]): string => all.map((code) => `--force ${code}`).join(' ');
  if (missing.length > 0)
    throw new UnitPatchError(
      'forced-plan',
      `${source} was made with ${options(missing)}, and a saved plan does not force anything by itself`,
      EXIT.refused,
      `look at what it forces, and name it again: unit-patch apply ${source} ${options(wanted)}`,
    );
  const [needless] = codes.filter((code) => !wanted.includes(code));
  if (needless !== undefined)
    throw usage(`${source} was made without --force ${needless}`, 'plan again with it, and look at the plan');
}

interface Target {
  readonly plan: SavedPlan;
  readonly root: string | undefined;
}

/** Each plan with its own root, or one plan with each of the named roots. */
function targets(
  saved: readonly SavedPlan[],
  named: readonly (string | undefined)[],
  source: string,
): Target[] {
  if (named.length === 0)
    return saved.map((plan) => ({ plan, root: plan.root === '/' ? undefined : plan.root }));
  const [plan] = saved;
  if (!plan || saved.length > 1)
    throw usage(
      `${source} holds ${saved.length} plans, so --root does not say which one it is for`,
      'without --root each is applied to its own root',
    );
  return named.map((root) => ({ plan, root }));
}

function planAgain(saved: SavedPlan, root: string | undefined, source: string, io: Io): Planned {
  const planned = planRequest(saved, root, source, io);
  const now = planReport(planned.plan);
  const differs = isApplied(saved, now) ? [] : differences(saved, now);
  if (differs.length > 0) throw stale(saved, root, source, differs);
  return planned;
}

/** Plans the saved request again; if that fails because files have changed, the error names them too. */
function planRequest(saved: SavedPlan, root: string | undefined, source: string, io: Io): Planned {
  const { name, follow, relation, noStartLimit, comeBack, heal, ...asked } = saved.asked;
  const template = findTemplate(name);
  const force = forcedCodes(asked.force);
  try {
    if (relation === null) return planRevertIn(root, { unit: template.unit, force }, io);
    const request = { template, follow: follow ?? undefined, relation, force, noStartLimit, comeBack, heal };
    return planIn(root, request, io);
  } catch (error) {
    if (!(error instanceof UnitPatchError)) throw error;
    const moved = movedFiles(io.openSystem(root).files(), saved.inputs);
    if (moved.length === 0) throw error;
    throw stale(saved, root, source, [...moved, error.message]);
  }
}

function stale(
  { asked, root: made }: SavedPlan,
  root: string | undefined,
  source: string,
  differs: readonly string[],
): UnitPatchError {
  const fits = made === (root ?? '/') ? 'is stale' : `does not fit ${root ?? 'the running system'}`;
  const again = ['unit-patch', ...(asked.command === 'revert' ? ['revert'] : []), asked.name].join(' ');
  return new UnitPatchError(
    'stale-plan',
    `${source} ${fits}: ${differs.join('; ')}`,
    EXIT.refused,
    `plan again, and look at it: ${again} --json --dry-run > plan.json`,
  );
}
