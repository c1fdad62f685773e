import { askMachine, type DockerSetup } from '../docker/ask-machine.js';
import { unitQuestion } from '../docker/questions.js';
import { readEvidence, readUnits } from '../docker/read-evidence.js';
import type { Container } from '../docker/evidence.js';
import type { UnitState } from '../docker/unit-times.js';
import { UnitPatchError } from '../errors.js';
import type { CommandResult, Probe, WatchedMachine } from '../system/system.js';
import type { Attempt } from './outage.js';
import { Probing } from './probing.js';
import { type Missing, missingOf, type Snapshot, snapshotOf } from './snapshot.js';

/** The unit to restart, and what has to be there afterwards. */
export interface RestartOptions {
  readonly setup: DockerSetup;
  /** the unit that is restarted */
  readonly follow: string;
  readonly before: Snapshot;
  /** the invocation of docker.service before; another one means that it was restarted */
  readonly invocation: string;
  /** whether it has to be restarted along, since its unit says so */
  readonly mustRestart: boolean;
  /** whether a watch puts docker's rules back, which nothing shows until they are there */
  readonly isPutBack: boolean;
  readonly probe: Probe | undefined;
  readonly timeoutMs: number;
}

/** What was seen at one moment. */
export interface Observation {
  readonly docker: UnitState;
  readonly firewall: UnitState;
  readonly isRestarted: boolean;
  /** undefined if docker cannot be asked yet */
  readonly missing: Missing | undefined;
  /** when its containers were started: another text if one of them was started again */
  readonly starts: string;
}

/** The result of a restart of the firewall. */
export interface RestartResult {
  /** in microseconds since the boot */
  readonly began: number;
  readonly ended: number;
  readonly restart: CommandResult;
  /** when all that docker had was there again; undefined if it never was */
  readonly backAt: number | undefined;
  readonly last: Observation;
  readonly attempts: readonly Attempt[];
}

/** The time between two looks, in milliseconds. */
const PAUSE = 100;
/** How long to wait while nothing acts on docker: a signal of firewalld takes a moment to reach it. */
const PATIENCE_MS = 3_000;
/** The same if a watch has to put rules back: on a machine with five times the work that it can do, it takes 6 seconds. */
const WATCH_PATIENCE_MS = 15_000;
/** How long a container has to run: one that dies right after its start is there for a moment, too. */
const STAYS_MS = 1_000;
/** The state of a unit that systemd does not report. */
const UNKNOWN: UnitState = {};

/**
 * Restarts a unit, and watches what becomes of docker until all is back, or nothing acts on docker any more.
 * @param alive is called after every look, with the time that has passed
 */
export async function watchRestart(
  machine: WatchedMachine,
  options: RestartOptions,
  alive: (observation: Observation, milliseconds: number) => void,
): Promise<RestartResult> {
  const probing = options.probe && new Probing(machine, options.probe);
  // One answer must stand before the restart, or its outage would have no beginning.
  await probing?.start();
  const began = machine.now();
  let restart: CommandResult | undefined;
  const restarting = machine.restart(options.follow, options.timeoutMs).then((result) => (restart = result));
  const patience = new StopCondition(began, options);
  let last: Observation;
  do {
    await machine.wait(PAUSE);
    const asked = machine.now();
    last = await look(machine, options, restart !== undefined);
    const now = machine.now();
    alive(last, (now - began) / 1000);
    patience.note({ asked, now }, last, restart !== undefined);
  } while (!patience.isOver(probing?.answers ?? true));
  const attempts = (await probing?.stop()) ?? [];
  return { began, ended: machine.now(), restart: await restarting, backAt: patience.backAt, last, attempts };
}

/** Whether there is anything left to wait for. */
class StopCondition {
  /** since when all is back */
  backAt: number | undefined;
  private asked = 0;
  private now = 0;
  private before = '';
  private steadySince = 0;
  private isLeftAlone = false;
  private starts = '';

  constructor(
    private readonly began: number,
    private readonly options: RestartOptions,
  ) {}

  note({ asked, now }: { asked: number; now: number }, observation: Observation, isRestarted: boolean): void {
    this.asked = asked;
    this.now = now;
    const { docker } = observation;
    const state = JSON.stringify([docker.ActiveState, invocationOf(docker), isRestarted]);
    if (state !== this.before) this.steadySince = now;
    this.before = state;
    this.isLeftAlone = isRestarted && isLeftAlone(observation);
    const isSteady = this.backAt === undefined || this.starts === observation.starts;
    this.backAt =
      isRestarted && isSteady && isAllBack(observation, this.options) ? (this.backAt ?? now) : undefined;
    this.starts = observation.starts;
  }

  isOver(answers: boolean): boolean {
    // What a look says may be as old as its first question.
    if (this.backAt !== undefined && answers && this.asked - this.backAt > STAYS_MS * 1000) return true;
    const patienceMs = this.options.isPutBack ? WATCH_PATIENCE_MS : PATIENCE_MS;
    if (this.isLeftAlone && this.now - this.steadySince > patienceMs * 1000) return true;
    return this.now - this.began > this.options.timeoutMs * 1000;
  }
}

/** What is another text after each start; systemd before 232 has no ids of invocations. */
export function invocationOf({ InvocationID, ExecMainStartTimestamp }: UnitState): string {
  return InvocationID ?? ExecMainStartTimestamp ?? '';
}

async function look(machine: WatchedMachine, options: RestartOptions, isOver: boolean): Promise<Observation> {
  const { setup: setup, follow, invocation } = options;
  const { stdout } = await machine.ask(unitQuestion([setup.unit, follow]).command);
  const units = readUnits(stdout);
  const find = (name: string): UnitState => units.find(({ Id }) => Id === name) ?? UNKNOWN;
  const docker = find(setup.unit);
  const isRestarted = ![invocation, ''].includes(invocationOf(docker));
  // A question to a docker that is down starts it, and one that is about to go down has yet to lose what it has.
  const mayBeAsked = isOver && docker.ActiveState === 'active' && !docker.Job;
  const seen = mayBeAsked ? await ask(machine, options) : undefined;
  return { docker, firewall: find(follow), isRestarted, missing: seen?.missing, starts: seen?.starts ?? '' };
}

/** The rules and containers that are missing, and when the containers were started. */
async function ask(
  machine: WatchedMachine,
  { setup: setup, before }: RestartOptions,
): Promise<Pick<Observation, 'missing' | 'starts'> | undefined> {
  try {
    const evidence = readEvidence(await askMachine(machine, setup, new Date(0), false));
    if (!evidence.daemonAnswers) return undefined;
    const now = snapshotOf(evidence);
    const starts = startsOf(evidence.containers);
    const missing = missingOf(before, now);
    const mayHaveEnded = before.containers.filter(
      ({ name, restartPolicy }) => restartPolicy === 'on-failure' && missing.containers.includes(name),
    );
    if (mayHaveEnded.length === 0) return { missing, starts };
    const format = '{{.State.ExitCode}} {{.State.Running}} {{.Name}}';
    const names = mayHaveEnded.map(({ name }) => name);
    const { stdout } = await machine.ask([
      'docker',
      'inspect',
      '--type=container',
      '--format',
      format,
      ...names,
    ]);
    const ended = [...stdout.matchAll(/^0 false \/(.+)$/gm)].map(([, name]) => name ?? '');
    return { missing: missingOf(before, now, ended), starts };
  } catch (error) {
    // Docker's rules and containers change while it is asked.
    if (error instanceof UnitPatchError) return undefined;
    throw error;
  }
}

/** When containers were started. */
export function startsOf(containers: readonly Container[]): string {
  return containers.map(({ name, startedAt }) => `${name} ${startedAt}`).join();
}

function isAllBack({ missing, isRestarted }: Observation, { mustRestart }: RestartOptions): boolean {
  if (!missing || (mustRestart && !isRestarted)) return false;
  return missing.rules.length === 0 && missing.containers.length === 0;
}

/** Nobody is about to start or stop docker, nor has it just been started, and is busy with its containers. */
function isLeftAlone({ docker, isRestarted }: Observation): boolean {
  const { ActiveState: state = '', Job: job = '' } = docker;
  if (job !== '' && job !== '0') return false;
  return ['inactive', 'failed'].includes(state) || (state === 'active' && !isRestarted);
}
