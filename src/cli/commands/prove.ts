import type { Argv } from 'yargs';
import { diagnose } from '../../doctor/diagnose.js';
import { EXIT, type ExitStatus } from '../../errors.js';
import { checkPreconditions, keepStartLimits } from '../../prove/preconditions.js';
import { chooseProbe } from '../../prove/probing.js';
import { evidenceNow, prove } from '../../prove/prove.js';
import type { Proof } from '../../prove/proof.js';
import type { Observation } from '../../prove/watch.js';
import { jsonText } from '../../report/json-list.js';
import { wrapLines } from '../../report/layout.js';
import { printable } from '../../report/printable.js';
import { proofPlanText, proveScreen, proveText } from '../../report/prove-text.js';
import { inspectMachine, mustBeDocker } from '../inspect-machine.js';
import { farOf, reaching } from '../hosts.js';
import type { Io } from '../io.js';
import {
  type Common,
  type CommonArguments,
  commonOptions,
  formatOptions,
  hostOptions,
  isScreen,
  NAME,
  single,
  TEXT_OR_JSON,
  textFor,
  VALUE,
  YES,
} from '../options.js';
import { usage } from '../usage.js';
import { saysYes, Waiting } from '../terminal.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return hostOptions(formatOptions(argv, TEXT_OR_JSON))
    .positional('name', { ...NAME, describe: 'docker, which is the default' })
    .option('follow', {
      ...VALUE,
      describe: 'the unit to restart; default: the one that docker follows, or should',
    })
    .option('probe', {
      ...VALUE,
      describe: 'a command that succeeds while the network works, to measure the outage',
    })
    .option('timeout', { ...VALUE, describe: 'how long to wait for docker, in seconds; default: 120' })
    .option('wait', { type: 'boolean', describe: 'wait until the start limits allow one more restart' })
    .option('yes', YES)
    .example('sudo unit-patch prove docker', 'restarts the firewall, after asking')
    .example(
      "sudo unit-patch prove docker --yes --probe 'docker exec web wget -qO- example.org'",
      'measured by your own command',
    )
    .epilogue(
      'Exit status: 0 all came back; 1 something did not, or you said no; 2 usage error, or it cannot be tried; 3 a start limit would trip.',
    );
}

/** The arguments of `unit-patch prove NAME`. */
interface ProveArguments extends CommonArguments {
  readonly name?: string;
  readonly follow?: unknown;
  readonly probe?: unknown;
  readonly timeout?: unknown;
  readonly wait?: unknown;
  readonly yes?: unknown;
}

const TIMEOUT = '120';

/** Restarts the unit that docker follows, and says what came of it. */
export async function run(given: ProveArguments, nearby: Io): Promise<ExitStatus> {
  const common = commonOptions(given, nearby);
  const { format, roots } = common;
  const timeoutMs = seconds(single('timeout', given.timeout) ?? TIMEOUT) * 1000;
  mustBeDocker('prove', given.name ?? 'docker');
  if (given.yes !== true && !nearby.ask)
    throw usage('prove restarts the firewall, and there is no terminal to ask on', 'add --yes');
  const io = await reaching(roots, given, nearby);
  const proofs: Proof[] = [];
  for (const root of roots) {
    if (roots.length > 1) io.err(`${printable(root ?? '/')}:\n`);
    const proof = await proveOn(root, given, { common, timeoutMs, io });
    // What one machine has lost is reason enough to leave the others alone.
    if (!proof) return EXIT.left;
    proofs.push(proof);
    if (!proof.holds) break;
  }
  if (format === 'json') io.out(`${jsonText(roots.length === 1 ? proofs[0] : proofs)}\n`);
  return proofs.every(({ holds }) => holds) ? EXIT.done : EXIT.left;
}

interface Run {
  readonly common: Common;
  readonly timeoutMs: number;
  readonly io: Io;
}

/** @returns undefined if the person said no */
async function proveOn(
  root: string | undefined,
  given: ProveArguments,
  { common, timeoutMs, io }: Run,
): Promise<Proof | undefined> {
  const { format, colorOut, colorErr, width } = common;
  const { machine, setup } = inspectMachine('prove', given, root, io);
  const far = farOf(root, io);
  const waiting = new Waiting(io, format === 'json');
  const evidence = await evidenceNow(machine, setup);
  const preconditions = checkPreconditions(evidence, diagnose(evidence));
  const probe = await chooseProbe(machine, evidence, single('probe', given.probe));
  await keepStartLimits(machine, preconditions, given.wait === true, (what, milliseconds) => {
    waiting.for(what, milliseconds);
  });
  waiting.end();
  const asks = given.yes !== true;
  const there = far ? ` on ${printable(far.host)}` : '';
  const plan = proofPlanText(preconditions, probe, colorErr);
  if (asks || (format === 'text' && common.detail !== 'results'))
    io.err(io.errIsTerminal ? wrapLines(plan, width) : plan);
  if (asks && !(await saysYes(io, `Restart ${preconditions.follow}${there} now?`))) {
    io.err('nothing was restarted\n');
    return undefined;
  }
  const alive = (observation: Observation, milliseconds: number): void => {
    waiting.for(stageOf(observation, setup.unit, preconditions.follow), milliseconds);
  };
  const proof = await prove(machine, setup, preconditions, { probe, timeoutMs, alive });
  waiting.end();
  if (format === 'json') return proof;
  if (isScreen(common, io.outIsTerminal)) io.out(proveScreen(proof, colorOut, width));
  else io.out(textFor(io, proveText(proof, colorOut), width));
  return proof;
}

/** What the command waits for now, in words. */
function stageOf({ firewall, docker, missing }: Observation, unit: string, follow: string): string {
  if (firewall.ActiveState !== 'active') return `${follow} is ${firewall.ActiveState ?? 'unknown'}`;
  if (docker.ActiveState !== 'active') return `${unit} is ${docker.ActiveState ?? 'unknown'}`;
  if (!missing) return `${unit} is active`;
  const count = missing.rules.length + missing.containers.length;
  return count === 0
    ? 'all is back'
    : `${missing.rules.length} rules and ${missing.containers.length} containers are missing`;
}

function seconds(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0) return Number(text);
  throw usage(`--timeout ${text} is not a number of seconds`, 'for example --timeout 120');
}
