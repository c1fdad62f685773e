import type { Argv } from 'yargs';
import type { RulesNow } from '../../doctor/rules-now.js';
import type { ExitStatus, UnitPatchError } from '../../errors.js';
import { paint } from '../../report/color.js';
import { JsonList } from '../../report/json-list.js';
import { templateNames } from '../../system/package-files.js';
import { readInput } from '../../system/stdio.js';
import { rootChecker, type RootChecks } from '../check-roots.js';
import { findTemplate } from '../../firewalls/find-template.js';
import { nameOr } from '../default-name.js';
import { isHost, reaching } from '../hosts.js';
import type { Io } from '../io.js';
import { commonOptions, NAME, requestOptions, rootOptions, single, TEXT_OR_JSON, VALUE } from '../options.js';
import { RootList } from '../root-list.js';
import { usage } from '../usage.js';
import { worst } from '../plan-run.js';
import type { RequestArguments } from '../request.js';
import { Progress } from '../terminal.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return requestOptions(rootOptions(argv, TEXT_OR_JSON))
    .positional('names', {
      ...NAME,
      array: true,
      describe: 'templates (docker) or units; default: every template whose unit is here',
    })
    .option('roots-from', {
      ...VALUE,
      describe: 'a file with one root per line, or - for standard input',
    })
    .example('unit-patch check docker --root /srv/a --root /srv/b', 'two images')
    .example(
      'find /srv/images -mindepth 1 -maxdepth 1 | unit-patch check docker --roots-from -',
      'all images',
    )
    .epilogue(
      'Exit status: 0 nothing is missing; 1 something is missing; 2 usage error, or unknown; 3 refused, because writing would break the unit.',
    );
}

/** The arguments of `unit-patch check NAME…`. */
interface CheckArguments extends RequestArguments {
  readonly names?: readonly string[];
  readonly rootsFrom?: unknown;
}

/** Says for every unit and root, one line each, whether anything is missing. Writes nothing. */
export async function run(given: CheckArguments, nearby: Io): Promise<ExitStatus> {
  const { format, ...common } = commonOptions(given, nearby);
  const listed = await rootsFrom(given, nearby);
  const named = listed ? common.roots.filter(isNamed) : common.roots;
  const roots = listed ? oneAfterOther(named, listed) : named;
  const io = await reaching(roots, given, nearby);
  const checks = checksOf(given, roots, io, format === 'json');
  const all = roots.length * checks.names.length;
  const progress = new Progress(io, all);
  const json = new JsonList(
    (text) => {
      io.out(text);
    },
    checks.isEvery || all > 1,
  );
  const counts = new Map<ExitStatus, number>();
  // Usage errors are reported before anything is printed.
  const checkRoot = rootChecker(checks, io, await rulesThere(checks, roots, io));
  for (const root of roots)
    for (const { status, subject, text } of checkRoot(root)) {
      progress.step();
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (checks.isJson) json.addText(text);
      else io.out(`${subject}${paintVerdict(text, status, common.colorOut)}\n`);
    }
  progress.end();
  if (checks.isJson) json.end();
  else if (io.outIsTerminal && common.detail !== 'results') io.err(total(counts));
  return worst([...counts.keys()]);
}

function checksOf(
  { names: given, follow, relation, ...others }: CheckArguments,
  roots: Roots,
  io: Io,
  isJson: boolean,
): RootChecks {
  const { force, noStartLimit, comeBack, heal } = others;
  const named = given?.length ? given : undefined;
  const isEvery = named === undefined && follow === undefined && relation === undefined;
  return {
    names: isEvery ? templateNames() : (named ?? [nameOr(undefined, firstOf(roots), io)]),
    isEvery,
    options: { follow, relation, force, noStartLimit, comeBack, heal },
    isJson,
    namesRoot: roots.length > 1,
  };
}

const STYLES = { 0: 'green', 1: 'yellow', 2: 'red', 3: 'red', 4: 'red' } as const;

/** The verdict is the first words of the line, before what it names. */
function paintVerdict(text: string, status: ExitStatus, color: boolean): string {
  const [verdict = ''] = /^[a-z ]+/.exec(text) ?? [];
  return paint(STYLES[status], verdict, color) + text.slice(verdict.length);
}

/** What many lines come to, for a person who cannot count them. */
function total(counts: ReadonlyMap<ExitStatus, number>): string {
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (all <= 1) return '';
  const words = ['in force', 'missing', 'cannot tell', 'refused'] as const;
  const parts = words.flatMap((word, status) => {
    const count = counts.get(status as ExitStatus) ?? 0;
    return count > 0 ? `${count} ${word}` : [];
  });
  return `${all} checked: ${parts.join(', ')}\n`;
}

const isNamed = (root: string | undefined): root is string => root !== undefined;

/** How Docker's rules stand on each running machine among the roots, if docker is one of the names. */
async function rulesThere(
  { names }: RootChecks,
  roots: Roots,
  io: Io,
): Promise<ReadonlyMap<string | undefined, RulesNow>> {
  const rules = new Map<string | undefined, RulesNow>();
  const name = names.find((one) => findTemplate(one).name === 'docker');
  const live: (string | undefined)[] = [];
  for (const root of roots) if (root === undefined || isHost(root)) live.push(root);
  if (name === undefined || live.length === 0) return rules;
  const { rulesNow } = await import('../inspect-machine.js');
  for (const root of live)
    try {
      const now = await rulesNow(io.openSystem(root), name, io);
      if (now) rules.set(root, now);
    } catch {
      // The check itself says why there is no running system.
    }
  return rules;
}

/** Roots in their order; undefined is the running system. */
interface Roots extends Iterable<string | undefined> {
  readonly length: number;
}

function oneAfterOther(some: Roots, others: Roots): Roots {
  return {
    length: some.length + others.length,
    *[Symbol.iterator]() {
      yield* some;
      yield* others;
    },
  };
}

function firstOf(roots: Roots): string | undefined {
  const [first] = roots;
  return first;
}

/** A million roots with long names; in bytes. */
const SIZE_MAX = 256 * 2 ** 20;

/**
 * The roots that a file names.
 * `--roots-from -` is standard input.
 * @throws UnitPatchError `usage` if it cannot be read or names none
 */
async function rootsFrom({ rootsFrom: given, host }: CheckArguments, io: Io): Promise<RootList | undefined> {
  const name = single('roots-from', given);
  if (name === undefined) return undefined;
  if (host !== undefined)
    throw usage('--roots-from and --host do not go together', 'leave one out: the one lists directories');
  if (name === '') throw bad('--roots-from is empty');
  const source = name === '-' ? 'standard input' : name;
  const read = await readInput(name, SIZE_MAX, io.input);
  if ('why' in read) throw bad(`--roots-from: ${source} ${read.why}`);
  const roots = new RootList(read.bytes);
  if (roots.length === 0) throw bad(`--roots-from: ${source} names no root`);
  return roots;
}

const bad = (message: string): UnitPatchError =>
  usage(message, 'name a file with one directory per line, or - for standard input');
