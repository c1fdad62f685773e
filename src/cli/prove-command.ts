import { askMachine, type DockerSetup } from '../docker/ask-machine.js';
import type { Evidence } from '../docker/evidence.js';
import { readEvidence } from '../docker/read-evidence.js';
import { diagnose, type Diagnosis } from '../doctor/diagnose.js';
import { EXIT, type ExitStatus, UnitPatchError } from '../errors.js';
import { checkPreconditions, type Preconditions } from '../prove/preconditions.js';
import { type NamedProbe, publishedProbes } from '../prove/probing.js';
import { type Proof, proofOf } from '../prove/proof.js';
import { snapshotOf } from '../prove/snapshot.js';
import { secondsToWait, type StartLimit, startLimitOf, startsOf } from '../prove/start-limit.js';
import { type Observation, watchRestart } from '../prove/watch.js';
import { jsonText } from '../report/json-list.js';
import { proofPlanText, proveText } from '../report/prove-text.js';
import type { WatchedMachine } from '../system/system.js';
import type { Io } from './io.js';
import { inspectMachine, mustBeDocker } from './known-machine.js';
import { type CommonArguments, commonOptions, mustBeTextOrJson, single, usage } from './options.js';
import { Waiting } from './waiting.js';

/** The arguments of `unit-patch prove NAME`. */
export interface ProveArguments extends CommonArguments {
  readonly name: string;
  readonly follow?: unknown;
  readonly probe?: unknown;
  readonly timeout?: unknown;
  readonly wait?: unknown;
  readonly yes?: unknown;
}

const TIMEOUT = '120';

/** Restarts the unit that docker follows, and says what came of it. */
export async function proveCommand(given: ProveArguments, io: Io): Promise<ExitStatus> {
  const { format, colorOut, colorErr } = commonOptions(given, io);
  mustBeTextOrJson(format, 'prove');
  const timeoutMs = seconds(single('timeout', given.timeout) ?? TIMEOUT) * 1000;
  mustBeDocker('prove', given.name);
  if (given.yes !== true && !io.ask)
    throw usage('prove restarts the firewall, and nobody is there to be asked', 'say --yes');
  const { machine, setup: setup } = inspectMachine('prove', given, io);
  const waiting = new Waiting(io, format === 'json');
  const evidence = await evidenceOf(machine, setup);
  const preconditions = checkPreconditions(evidence, diagnose(evidence));
  const probe = await probeFor(machine, evidence, single('probe', given.probe));
  await keepLimits(machine, preconditions, given.wait === true, waiting);
  const asks = given.yes !== true;
  if (asks || format === 'text') io.err(proofPlanText(preconditions, probe, colorErr));
  if (asks && !(await isWanted(io, preconditions.follow))) {
    io.err('nothing was restarted\n');
    return EXIT.left;
  }
  const proof = await proveIt(machine, setup, preconditions, probe, timeoutMs, waiting);
  io.out(format === 'json' ? `${jsonText(proof)}\n` : proveText(proof, colorOut));
  return proof.holds ? EXIT.done : EXIT.left;
}

async function proveIt(
  machine: WatchedMachine,
  setup: DockerSetup,
  preconditions: Preconditions,
  probe: NamedProbe | undefined,
  timeoutMs: number,
  waiting: Waiting,
): Promise<Proof> {
  const { evidence, docker, follow } = preconditions;
  const { unit, protection } = setup;
  const before = snapshotOf(evidence);
  const mustRestart = protection.state === 'protected';
  const aim = {
    setup,
    follow,
    before,
    invocation: docker.InvocationID ?? '',
    mustRestart,
    probe: probe?.probe,
    timeoutMs,
  };
  const alive = (observation: Observation, milliseconds: number): void => {
    waiting.for(stageOf(observation, unit, follow), milliseconds);
  };
  const course = await watchRestart(machine, aim, alive);
  waiting.end();
  const diagnosis = await diagnosisNow(machine, setup);
  const isUp = course.last.docker.ActiveState === 'active';
  const said = isUp ? [] : await lastWords(machine, unit);
  return proofOf({ unit, follow, mustRestart, protection, before, probe, course, diagnosis, said });
}

async function evidenceOf(machine: WatchedMachine, setup: DockerSetup): Promise<Evidence> {
  return readEvidence(await askMachine(machine, setup, new Date()));
}

async function diagnosisNow(machine: WatchedMachine, setup: DockerSetup): Promise<Diagnosis | null> {
  try {
    return diagnose(await evidenceOf(machine, setup));
  } catch (error) {
    if (error instanceof UnitPatchError) return null;
    throw error;
  }
}

/** What docker wrote at last; it is shown, and kept nowhere. */
async function lastWords(machine: WatchedMachine, unit: string): Promise<string[]> {
  const { stdout } = await machine.ask([
    'journalctl',
    '--boot',
    '--no-pager',
    '--output=cat',
    '--lines=5',
    `--unit=${unit}`,
  ]);
  return stdout.split('\n').filter(Boolean);
}

/** The first published port that answers now, or the user's own command. */
async function probeFor(
  machine: WatchedMachine,
  { containers, networks }: Evidence,
  command: string | undefined,
): Promise<NamedProbe | undefined> {
  if (command !== undefined) {
    const own = { probe: { command }, text: command };
    if (await machine.answers(own.probe)) return own;
    throw usage(`the probe fails already: ${command}`, 'name a command that ends with 0 now, and soon');
  }
  for (const one of publishedProbes(containers, networks, machine.addresses()))
    if (await machine.answers(one.probe)) return one;
  return undefined;
}

/** A restart too many leaves a unit failed. */
async function keepLimits(
  machine: WatchedMachine,
  { docker, firewall }: Preconditions,
  mayWait: boolean,
  waiting: Waiting,
): Promise<void> {
  const limits = [docker, firewall].flatMap((unit) => startLimitOf(unit) ?? []);
  for (const limit of limits) {
    const longest = await toWait(machine, limit);
    if (longest > 0 && !mayWait)
      throw new UnitPatchError(
        'start-limit',
        `${limit.unit} was started ${limit.burst} times within ${limit.interval} s: one more would leave it failed`,
        EXIT.refused,
        `try again in ${longest} s, or have it waited for: --wait`,
      );
    for (let left = longest; left > 0; left = await toWait(machine, limit)) {
      waiting.for(`waiting until ${limit.unit} may be started again`, left * 1000);
      await machine.wait(1000);
    }
    waiting.end();
  }
}

async function toWait(machine: WatchedMachine, limit: StartLimit): Promise<number> {
  return secondsToWait(limit, await startsOf(machine, limit), Date.now() / 1000);
}

async function isWanted(io: Io, follow: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(((await io.ask?.(`Restart ${follow} now? [y/N] `)) ?? '').trim());
}

/** What is waited for now, in words. */
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
  throw usage(`--timeout ${text} is no number of seconds`, 'for example --timeout 120');
}
