import type { Setting, Unit } from '../units/unit.js';
import type { Behavior, ManagerCall } from './behavior.js';
import type { DependencyGraph } from './dependency-graph.js';
import type { Happening, Job, JobResult } from './happening.js';
import { type ActiveState, isUp } from './job.js';
import type { Choice } from './schedules.js';

/** How a simulation came to its end: `stuck`, a command waits for itself; `locked`, jobs wait for each other. */
export type End = 'settled' | 'endless' | 'stuck' | 'locked';

/** How the simulated manager is set up. */
export interface ManagerOptions {
  /** the dependencies of those that are up; managers that run one after the other may share it */
  readonly graph: DependencyGraph;
  readonly behavior: Behavior;
  /** the version, as its first number */
  readonly systemd?: number;
  /** the real names of the units that are up in the beginning */
  readonly active: ReadonlySet<string>;
  /** of so many things that could happen now, which one does, from 0 on; the first one unless it is given */
  readonly chooses?: Choice;
}

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
  /** the first line that ran of which it is not known what it asks, and why */
  unknown: string | undefined;
  readonly stateOf: (unit: string) => ActiveState;
  /** Has something happen later. */
  readonly after: (seconds: number, run: () => void) => void;
  /** What a command asks: its jobs, for who waits for them. */
  readonly call: (call: ManagerCall) => readonly Job[];
  /** Has a unit started again by its Restart=; false if that is refused. */
  readonly startAgain: (unit: string) => boolean;
  /** Takes a job off the queue. */
  readonly finish: (job: Job, result: JobResult) => void;
  /** The unit's state has changed: its job may be done, and others may have to follow. */
  readonly notify: (run: RunningUnit, before: ActiveState, willRestart: boolean) => void;
}

/** unit_verify_deps(): what is ordered after the unit that it is bound to does not start without it. */
export function isBoundToUp(world: Pick<World, 'graph' | 'stateOf'>, unit: string): boolean {
  const { graph } = world;
  const ordered = new Set(graph.of(unit, 'After').map((edge) => edge.unit));
  return graph.of(unit, 'BindsTo').every((edge) => !ordered.has(edge.unit) || isUp(world.stateOf(edge.unit)));
}

/** What a unit is about to do, line after line. */
export interface Work {
  readonly kind: 'start' | 'stop' | 'reload';
  readonly lines: Setting[];
  /** what the line that runs still asks of systemd */
  readonly calls: ManagerCall[];
  /** the line whose calls these are: whether it failed is seen when they are through */
  line: Setting | undefined;
  /** jobs that it waits for */
  waitsFor: readonly Job[];
}
