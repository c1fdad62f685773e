import type { Behavior, ManagerCall } from './behavior.js';
import { jobsForCall } from './command-call.js';
import { byPriority } from './run-queue.js';
import { type Dispatched, MainLoop } from './main-loop.js';
import type { DependencyGraph, Edge, EdgeType } from './dependency-graph.js';
import { failedBy, type Happening, type Job, type JobResult, isRunnable, progressOf } from './happening.js';
import {
  type ActiveState,
  isDown,
  isUp,
  jobFor,
  type JobType,
  mergedJob,
  reverses,
  type Verb,
} from './job.js';
import type { Way } from './draft-jobs.js';
import type { Choice } from './schedules.js';
import type { PlannedJob, RefusedTransaction } from './situation.js';
import { jobsOf } from './transaction.js';
import { followUps, overdue } from './unasked.js';
import { UnitRun } from './unit-run.js';
import type { End, ManagerOptions, RunningUnit, World } from './world.js';

/** The newest systemd that the simulation was compared with. */
const NEWEST = 257;

/**
 * Since this version Restart= queues a start, and restarts what hangs on the unit, before it a restart; and what
 * OnFailure= and OnSuccess= name is started each time, before it only when nothing is started again.
 */
const STARTED_SINCE = 254;

/**
 * What systemd would do: it queues jobs, runs them in their order, and goes by what becomes of the units. A simulation of
 * manager.c, job.c and unit.c, as far as it decides which units are up in the end.
 */
export class SimulatedManager implements World, Dispatched {
  readonly graph: DependencyGraph;
  readonly behavior: Behavior;
  readonly happened: Happening[] = [];
  private readonly active: ReadonlySet<string>;
  private readonly runs = new Map<string, UnitRun>();
  readonly jobs: Job[] = [];
  private readonly loop: MainLoop;
  private readonly checks = new Set<string>();
  private readonly chooses: Choice;
  private readonly systemd: number;
  /** whether something was met of which it is not known how systemd takes it */
  isUnsure = false;
  unknown: string | undefined;

  constructor({ graph, behavior, active, chooses = () => 0, systemd = NEWEST }: ManagerOptions) {
    this.graph = graph;
    this.behavior = behavior;
    this.systemd = systemd;
    this.chooses = chooses;
    this.loop = new MainLoop(this, chooses);
    this.active = active;
  }

  private readonly jobOf = (unit: string): JobType | undefined => this.runs.get(unit)?.job?.type;

  /** What a unit is now. */
  readonly stateOf = (name: string): ActiveState => {
    const { id } = this.graph.unit(name);
    return this.runs.get(id)?.state ?? (this.active.has(id) ? 'active' : 'inactive');
  };

  /** Has jobs queued as `systemctl VERB UNIT` does, and does not wait for them. */
  ask(
    verb: Verb,
    name: string,
    mode: 'replace' | 'fail' | 'restart-dependencies' = 'replace',
    way: Way = [],
  ): readonly Job[] | RefusedTransaction {
    const { id } = this.graph.unit(name);
    const type = jobFor(verb, this.stateOf(id), this.graph.canReload(id));
    if (!type) return [];
    const planned = jobsOf(
      {
        graph: this.graph,
        stateOf: this.stateOf,
        systemd: this.systemd,
        sparesOthers: mode === 'fail',
        restartsOthers: mode === 'restart-dependencies',
        lastFirst: this.chooses(2) === 1,
        isLeftToChance: () => (this.isUnsure = true),
        jobOf: this.jobOf,
      },
      id,
      type,
    );
    if ('refused' in planned) {
      this.happened.push({ unit: id, what: 'refused', way: [...way, ...planned.way] });
      return planned;
    }
    const isAgainst = (one: PlannedJob): boolean =>
      reverses(this.jobOf(one.unit), one.type, this.stateOf(one.unit));
    if (mode === 'fail' && planned.some(isAgainst)) return [];
    return planned.map((one) => this.install(way.length > 0 ? { ...one, way: [...way, ...one.way] } : one));
  }

  startAgain(name: string): boolean {
    const asked =
      this.systemd >= STARTED_SINCE
        ? this.ask('start', name, 'restart-dependencies')
        : this.ask('restart', name);
    return !('refused' in asked);
  }

  /** Lets everything run until nothing is left to do. */
  settle(): End {
    return this.loop.settle();
  }

  /** The jobs that need not wait. */
  dueJobs(): Job[] {
    return this.jobs
      .filter((job) => !job.isRunning && isRunnable(this.graph, job, this.jobOf))
      .sort((one, other) => byPriority(one.unit, other.unit));
  }

  /** A unit's run; it is made when it is first asked for. */
  run(name: string): UnitRun {
    const unit = this.graph.unit(name);
    const known = this.runs.get(unit.id);
    if (known) return known;
    const run = new UnitRun(this, unit, this.stateOf(unit.id));
    this.runs.set(unit.id, run);
    return run;
  }

  after(seconds: number, run: () => void): void {
    this.loop.after(seconds, run);
  }

  get now(): number {
    return this.loop.now;
  }

  call(call: ManagerCall): readonly Job[] {
    return jobsForCall(this, call);
  }

  /** A unit's state has changed: its job may be done, and others may have to follow. */
  notify(run: RunningUnit, before: ActiveState, willRestart: boolean): void {
    const { state, unit } = run;
    const { result, isExpected } = run.job ? progressOf(run.job, state) : { isExpected: false };
    if (run.job && result) this.finish(run.job, result);
    if (!isExpected)
      for (const { verb, mode, edge } of followUps(this.graph, this.stateOf, {
        unit: unit.id,
        before,
        state,
      }))
        this.ask(verb, edge.unit, mode, [edge]);
    // What Restart= starts again has not ended, to older ones: since RestartMode=, it goes through the state of an end.
    if (willRestart && this.systemd < STARTED_SINCE) return;
    if (state === 'failed' && before !== 'failed') this.startAll(unit.id, 'OnFailure');
    if (state === 'inactive' && !isDown(before)) this.startAll(unit.id, 'OnSuccess');
    this.checks.add(unit.id);
    if (isUp(state)) for (const { unit: other } of this.graph.of(unit.id, 'Upholds')) this.checks.add(other);
  }

  /** systemd.unit(5), OnFailureJobMode=: what a success starts gives way to jobs that are queued, what a failure starts does not. */
  private startAll(unit: string, type: 'OnFailure' | 'OnSuccess'): void {
    const mode = type === 'OnSuccess' ? 'fail' : 'replace';
    for (const edge of this.graph.of(unit, type)) this.ask('start', edge.unit, mode, [edge]);
  }

  /** Units that are upheld, and units that are bound to one that is gone. */
  checkOne(): boolean {
    const [unit] = this.checks;
    if (unit === undefined) return false;
    this.checks.delete(unit);
    if (this.runs.get(unit)?.job) return true;
    const isIdle = ({ unit: other }: Edge): boolean => this.runs.get(other)?.job === undefined;
    for (const { verb, mode, edge } of overdue(this.graph, this.stateOf, unit, isIdle)) {
      const asked = this.ask(verb, unit, mode, [edge]);
      // Another job is in its way, and it is not tried again: how soon that one ends, the files do not say.
      if (!('refused' in asked) && asked.length === 0) this.isUnsure = true;
    }
    return true;
  }

  private install({ unit, type, way }: PlannedJob): Job {
    const run = this.run(unit);
    const { job } = run;
    if (job) {
      const merged = mergedJob(job.type, type, run.state);
      if (merged === undefined) this.finish(job, 'canceled', false);
      else {
        // What runs already is enough, unless it does less, or has read its files before: job_type_allows_late_merge().
        if (merged !== job.type || type === 'reload' || (job.type === 'reload' && type === 'start'))
          job.isRunning = false;
        if (merged !== job.type) job.way = way;
        job.type = merged;
        if (type === 'start' || type === 'restart') run.starts.isMerged();
        return job;
      }
    }
    const added: Job = { unit, type, isRunning: false, way };
    run.job = added;
    this.jobs.push(added);
    return added;
  }

  /** @returns false if it has to wait */
  runJob(job: Job): boolean {
    job.isRunning = true;
    const result = this.run(job.unit).perform(job);
    if (result === 'again') job.isRunning = false;
    else if (result !== 'running') this.finish(job, result);
    return result !== 'again';
  }

  /** The units that run something. */
  working(): UnitRun[] {
    return [...this.runs.values()].filter((run) => run.isWorking);
  }

  /** Takes a job off, and fails those that needed it: job_finish_and_invalidate(). */
  finish(job: Job, result: JobResult, failsOthers = true): void {
    const run = this.run(job.unit);
    if (run.job !== job) return;
    if (result === 'done' && job.type === 'restart') {
      job.type = 'start';
      job.isRunning = false;
      return;
    }
    job.result = result;
    delete run.job;
    this.jobs.splice(this.jobs.indexOf(job), 1);
    if (result === 'done' || failsOthers) this.failAll(job.unit, failedBy(job, result, run.state));
    if (result === 'dependency') this.startAll(job.unit, 'OnFailure');
    this.checks.add(job.unit);
  }

  private failAll(unit: string, types: readonly EdgeType[]): void {
    for (const edge of this.graph.of(unit, ...types)) {
      const job = this.runs.get(edge.unit)?.job;
      if (!job || (job.type !== 'start' && job.type !== 'verify-active')) continue;
      job.way = [...job.way, edge];
      this.happened.push({ unit: job.unit, what: 'failed', way: job.way });
      this.finish(job, 'dependency');
    }
  }
}
