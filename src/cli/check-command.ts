import type { RulesNow } from '../doctor/rules-now.js';
import { EXIT, type ExitStatus } from '../errors.js';
import { JsonList } from '../report/json-list.js';
import { type Checked, rootChecker, type RootChecks } from './check-roots.js';
import { findTemplate } from './find-template.js';
import type { Io } from './io.js';
import { commonOptions, mustBeTextOrJson } from './options.js';
import type { RequestArguments } from './plan-request.js';
import { worst } from './plan-run.js';
import { Progress } from './progress.js';
import { rootsFrom } from './roots-from.js';

/** The arguments of `unit-patch check NAME…`. */
export interface CheckArguments extends RequestArguments {
  readonly names: readonly string[];
  readonly rootsFrom?: unknown;
}

/** So many roots are worth the start of threads. */
const MANY = 100;
/** As many roots are a task for a thread. */
const SLICE = 25;

/** Says of every unit and root, in a line each, whether anything is left to patch. Writes nothing. */
export async function checkCommand(given: CheckArguments, io: Io): Promise<ExitStatus> {
  const { format, ...common } = commonOptions(given, io);
  mustBeTextOrJson(format, 'check');
  const listed = await rootsFrom(given.rootsFrom, io);
  const roots = listed.length === 0 ? common.roots : [...common.roots.filter(isNamed), ...listed];
  const { names, follow, relation, force, noStartLimit } = given;
  const options = { follow, relation, force, noStartLimit };
  const checks = { names, options, isJson: format === 'json', namesRoot: roots.length > 1 };
  const all = roots.length * names.length;
  const progress = new Progress(io, all);
  const json = new JsonList((text) => {
    io.out(text);
  }, all > 1);
  let most: ExitStatus = EXIT.done;
  for await (const { status, text } of checked(checks, roots, io)) {
    progress.step();
    most = worst([most, status]);
    if (checks.isJson) json.addText(text);
    else io.out(`${text}\n`);
  }
  progress.end();
  if (checks.isJson) json.end();
  return most;
}

const isNamed = (root: string | undefined): root is string => root !== undefined;

/** How Docker's rules stand on this machine, if it is one of the names. */
async function rulesHere({ names }: RootChecks, io: Io): Promise<RulesNow | undefined> {
  const name = names.find((one) => findTemplate(one).name === 'docker');
  if (name === undefined) return undefined;
  const { rulesNow } = await import('./rules-now.js');
  try {
    return await rulesNow(io.openSystem(), name, io);
  } catch {
    // The check itself says why there is no running system.
    return undefined;
  }
}

async function* checked(
  checks: RootChecks,
  roots: readonly (string | undefined)[],
  io: Io,
): AsyncGenerator<Checked> {
  // Mistakes in what is asked are told before any thread starts.
  const checkRoot = rootChecker(
    checks,
    io,
    roots.includes(undefined) ? await rulesHere(checks, io) : undefined,
  );
  if (roots.length < MANY || !io.inThreads) {
    for (const root of roots) yield* checkRoot(root);
    return;
  }
  const slices = Array.from({ length: Math.ceil(roots.length / SLICE) }, (_, at) =>
    roots.slice(at * SLICE, (at + 1) * SLICE),
  );
  for await (const slice of io.inThreads<Checked[]>(checks, slices)) yield* slice;
}
