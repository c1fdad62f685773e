import type { Unit } from '../units/unit.js';
import type { Behavior, ManagerCall } from './behavior.js';
import type { DependencyGraph } from './dependency-graph.js';
import type { Happening, Job, JobResult } from './happening.js';
import type { ActiveState, Verb } from './job.js';

/** A unit as the manager sees it. */
export interface RunningUnit {
  readonly unit: Unit;
  readonly state: ActiveState;
  readonly job?: Job;
}

/** What a unit has to do with while it runs: the manager. */
export interface World {
  readonly graph: DependencyGraph;
  readonly behavior: Behavior;
  readonly happened: Happening[];
  /** in seconds since the beginning */
  readonly now: number;
  /** whether something was met of which it is not known how systemd takes it */
  isUnsure: boolean;
  readonly stateOf: (unit: string) => ActiveState;
  /** Has something happen later. */
  readonly after: (seconds: number, run: () => void) => void;
  /** What a command asks: its jobs, for who waits for them. */
  readonly call: (call: ManagerCall) => readonly Job[];
  readonly ask: (verb: Verb, unit: string) => unknown;
  /** Takes a job off the queue. */
  readonly finish: (job: Job, result: JobResult) => void;
  /** The unit's state has changed: its job may be done, and others may have to follow. */
  readonly notify: (run: RunningUnit, before: ActiveState, willRestart: boolean) => void;
}
