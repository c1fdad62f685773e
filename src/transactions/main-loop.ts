import type { Job } from './happening.js';
import type { Choice } from './schedules.js';
import type { End } from './world.js';

/** More steps than any transaction that ends was seen to take by far. */
const STEPS_MAX = 2000;

/** A unit that runs something. */
interface Working {
  readonly isBlocked: boolean;
  step(): void;
}

/** What the loop dispatches: the queues of a manager. */
export interface Dispatched {
  readonly jobs: readonly Job[];
  /** Looks at one unit that may have to be started or stopped without being asked; false if there is none. */
  checkOne(): boolean;
  /** in the order of the run queue */
  dueJobs(): readonly Job[];
  /** @returns false if the job has to wait */
  runJob(job: Job): boolean;
  working(): readonly Working[];
}

/** The order in which systemd goes through its queues, and the time that passes: manager_loop(). */
export class MainLoop {
  private readonly timers: { at: number; run: () => void }[] = [];
  private steps = 0;
  /** in seconds since the beginning */
  now = 0;

  constructor(
    private readonly manager: Dispatched,
    private readonly chooses: Choice,
  ) {}

  /** Lets everything run until nothing is left to do. */
  settle(): End {
    for (this.steps = 0; this.steps < STEPS_MAX; this.steps++) {
      if (this.manager.checkOne() || this.goOn()) continue;
      const next = this.timers.sort((a, b) => a.at - b.at).shift();
      if (!next)
        return this.manager.working().length > 0
          ? 'stuck'
          : this.manager.jobs.length > 0
            ? 'locked'
            : 'settled';
      this.now = next.at;
      next.run();
    }
    return 'endless';
  }

  /** Runs the jobs that are due, or the next line of one unit: what systemd does between two looks at its other queues. */
  private goOn(): boolean {
    const free = this.manager.working().filter((run) => !run.isBlocked);
    const acts = [
      ...(this.manager.dueJobs().length > 0 ? [() => this.runJobs()] : []),
      ...free.map((run) => () => {
        run.step();
        return true;
      }),
    ];
    const first = acts.length > 1 ? this.chooses(acts.length) : 0;
    return acts.some((_, at) => acts[(first + at) % acts.length]?.());
  }

  /** All of them, and those that come of them, one after the other: manager_dispatch_run_queue(). */
  private runJobs(): boolean {
    const tried = new Set<Job>();
    let hasRun = false;
    for (; this.steps < STEPS_MAX; this.steps++) {
      const job = this.manager.dueJobs().find((one) => !tried.has(one));
      if (!job) break;
      if (this.manager.runJob(job)) hasRun = true;
      else tried.add(job);
    }
    return hasRun;
  }

  /** Has something happen later. */
  after(seconds: number, run: () => void): void {
    this.timers.push({ at: this.now + seconds, run });
  }
}
