import type { Setting, Unit } from '../units/unit.js';
import type { Job, JobResult } from './happening.js';
import { type ActiveState, isDown, isUp } from './job.js';
import { isBoundToUp, type Work, type World } from './world.js';
import { linesAfterFailure, linesOf, startsAgain } from './service.js';
import { triggeredUnit } from './standard-targets.js';
import { ObservedUnit } from './observed-unit.js';

/** systemd.service(5), RestartSec=, in seconds. */
const RESTART_AFTER = 0.1;

/** One unit while systemd runs: service.c for services; any other unit is up or down at once. */
export class UnitRun extends ObservedUnit {
  private work: Work | undefined;
  private hasFailed = false;
  private isStopAsked = false;
  private waitsForRestart = false;
  /** whether the time until then is over */
  private isRestartDue = false;
  /** whether a process of its own lasts beyond the start */
  private hasProcess: boolean;
  /** what is timed for an earlier run of it counts no more */
  private count = 0;

  constructor(manager: World, unit: Unit, state: ActiveState) {
    super(manager, unit, state);
    this.hasProcess = isUp(state) && this.service?.isOneshot === false;
  }

  get isWorking(): boolean {
    return this.work !== undefined;
  }

  /** Whether it waits for a job that it asked for itself. */
  get isBlocked(): boolean {
    return this.work?.waitsFor.some((job) => job.result === undefined) === true;
  }

  /** Begins what a job is for: job_perform_on_unit(). */
  perform(job: Job): JobResult | 'running' | 'again' {
    switch (job.type) {
      case 'verify-active':
        return isUp(this.state) ? 'done' : this.state === 'activating' ? 'again' : 'skipped';
      case 'start':
        return this.start();
      case 'stop':
      case 'restart':
        return this.stop();
      case 'reload':
        return this.reload();
    }
  }

  /** Runs the next line, or lets it ask systemd for the next thing. */
  step(): void {
    const { work } = this;
    if (!work) return;
    work.waitsFor = [];
    const call = work.calls.shift();
    if (call) {
      const jobs = this.manager.call(call);
      // The main process waits alone: the start of its service goes on.
      work.waitsFor = work.line?.key === 'ExecStart' && this.service?.startType !== 'commands' ? [] : jobs;
      return;
    }
    const { line } = work;
    work.line = undefined;
    if (line && this.manager.behavior.fails(this.unit, line) && this.fail(work, line)) return;
    const next = work.lines.shift();
    if (!next) {
      this.end(work);
      return;
    }
    this.runs(next);
    work.line = next;
    work.calls.push(...this.manager.behavior.calls(this.unit, next));
  }

  private start(): JobResult | 'running' | 'again' {
    if (isUp(this.state)) return 'done';
    if (this.state === 'deactivating' || (this.waitsForRestart && !this.isRestartDue)) {
      this.starts.isTried();
      return 'again';
    }
    if (this.state === 'activating' && !this.waitsForRestart) return 'running';
    if (this.unit.loadState !== 'loaded') return 'failed';
    if (!isBoundToUp(this.manager, this.unit.id)) return 'dependency';
    if (!this.service) return this.startAtOnce();
    const counted = this.starts.count(this.manager.now);
    if (counted === 'unsure') this.manager.isUnsure = true;
    this.waitsForRestart = false;
    if (counted === 'too-many') {
      this.hasFailed = true;
      this.setState('failed');
      return 'failed';
    }
    this.hasFailed = false;
    this.isStopAsked = false;
    this.count += 1;
    this.tell('starts');
    this.begin('start', 'ExecCondition', 'ExecStartPre', 'ExecStart', 'ExecStartPost');
    if (!this.isUpAtOnce()) this.setState('activating');
    return 'running';
  }

  /** A simple service that has nothing to do but its process is up at once, and nobody sees it on its way: service_enter_start(). */
  private isUpAtOnce(): boolean {
    const { work } = this;
    const [main, next] = work?.lines ?? [];
    if (!work || this.service?.startType !== 'at-once' || main?.key !== 'ExecStart' || next) return false;
    if (this.manager.behavior.calls(this.unit, main).length > 0) return false;
    this.runs(main);
    this.end(work);
    return true;
  }

  private startAtOnce(): JobResult {
    const { id } = this.unit;
    // Its service has the socket already: socket_start().
    if (id.endsWith('.socket') && !isDown(this.manager.stateOf(triggeredUnit(this.unit) ?? id)))
      return 'failed';
    this.tell('starts');
    if (this.manager.behavior.cannotStart(this.unit)) {
      this.setState('failed');
      return 'failed';
    }
    this.setState('active');
    return 'done';
  }

  private stop(): JobResult | 'running' {
    this.isStopAsked = true;
    if (this.waitsForRestart) {
      this.waitsForRestart = false;
      this.count += 1;
      this.setState('inactive');
      return 'running';
    }
    if (isDown(this.state)) return 'done';
    if (this.state === 'deactivating') return 'running';
    if (!this.service) {
      this.tell('down');
      this.setState('inactive');
      return 'running';
    }
    // A process that is killed in the middle of a start fails, if it has not ended already.
    if (this.state === 'activating') this.manager.isUnsure = true;
    // What is still at something is killed at once, a reload too: service_stop().
    this.windDown(this.state === 'active' ? ['ExecStop', 'ExecStopPost'] : ['ExecStopPost']);
    return 'running';
  }

  private reload(): JobResult | 'running' | 'again' {
    if (!isUp(this.state)) return 'skipped';
    if (!this.service) return 'done';
    if (this.state === 'reloading') return 'again';
    this.begin('reload', 'ExecReload', 'ExecReloadPost');
    this.setState('reloading');
    return 'running';
  }

  private begin(kind: Work['kind'], ...keys: readonly string[]): void {
    this.work = { kind, lines: linesOf(this.unit, ...keys), calls: [], line: undefined, waitsFor: [] };
  }

  private windDown(keys: readonly string[]): void {
    this.count += 1;
    this.begin('stop', ...keys);
    // Without anything to run or to end it is down at once, and nobody sees it on its way: service_enter_signal().
    if (this.hasProcess || this.work?.lines.length !== 0) this.setState('deactivating');
    else this.end(this.work);
  }

  /** @returns whether that changes what it does next */
  private fail(work: Work, { key }: Setting): boolean {
    if (work.kind === 'reload') {
      if (this.job?.type === 'reload') this.manager.finish(this.job, 'failed');
      work.lines.length = 0;
      return false;
    }
    if (work.kind === 'stop') {
      this.hasFailed = true;
      return false;
    }
    const lines = linesAfterFailure(key, this.service?.startType);
    if (!lines) return false;
    if (key !== 'ExecCondition') this.hasFailed = true;
    this.windDown(lines);
    return true;
  }

  private end({ kind }: Work): void {
    this.work = undefined;
    if (kind === 'stop') this.die();
    else if (kind === 'reload') this.setState('active');
    else if (this.service?.isOneshot && !this.service.remainsAfterExit)
      this.windDown(['ExecStop', 'ExecStopPost']);
    else {
      this.tell('up');
      this.hasProcess = this.service?.isOneshot === false;
      this.setState('active');
      this.watchMain();
    }
  }

  /** The main process of a service may end by itself. */
  private watchMain(): void {
    const { behavior } = this.manager;
    const main = linesOf(this.unit, 'ExecStart').at(-1);
    if (!main || this.service?.startType === 'commands') return;
    const hasFailed = behavior.fails(this.unit, main);
    const lasts = hasFailed ? 0 : behavior.runsFor(this.unit, main);
    if (lasts === undefined) return;
    const { count } = this;
    this.manager.after(lasts, () => {
      if (this.count !== count) return;
      this.hasProcess = false;
      if (this.service?.remainsAfterExit === true && !hasFailed) return;
      this.hasFailed = hasFailed;
      this.windDown(hasFailed ? ['ExecStopPost'] : ['ExecStop', 'ExecStopPost']);
    });
  }

  /** service_enter_dead(). */
  private die(): void {
    const again =
      !this.isStopAsked && this.service !== undefined && startsAgain(this.service, this.hasFailed);
    this.hasProcess = false;
    this.tell(this.hasFailed ? 'failed' : 'down');
    this.setState(this.hasFailed ? 'failed' : 'inactive', again);
    if (!again) return;
    this.waitsForRestart = true;
    this.isRestartDue = false;
    const { count } = this;
    this.setState('activating');
    this.manager.after(RESTART_AFTER, () => {
      if (this.count !== count || !this.waitsForRestart || this.job?.type === 'stop') return;
      this.isRestartDue = true;
      if (this.manager.startAgain(this.unit.id)) return;
      // service_enter_restart(): a restart that is refused is not tried again.
      this.waitsForRestart = false;
      this.hasFailed = true;
      this.setState('failed');
    });
  }
}
