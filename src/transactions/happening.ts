import type { DependencyGraph, EdgeType } from './dependency-graph.js';
import { type ActiveState, isDown, isUp, type JobType, stops } from './job.js';
import type { Way } from './draft-jobs.js';

/** How a job ended: systemctl(1), the results of a job. */
export type JobResult = 'done' | 'failed' | 'dependency' | 'canceled' | 'skipped';

/** A job that is queued, or runs. */
export interface Job {
  readonly unit: string;
  type: JobType;
  isRunning: boolean;
  way: Way;
  result?: JobResult;
}

/** Something that happened, in the order in which it did. */
export interface Happening {
  readonly unit: string;
  readonly what: 'runs' | 'starts' | 'up' | 'down' | 'failed' | 'refused';
  /** the line that runs: `ExecStop` */
  readonly key?: string;
  /** what led to it */
  readonly way: Way;
}

/** What a new state of its unit means for a job: unit_process_job(). */
export interface JobProgress {
  /** how it has ended; undefined if it goes on */
  readonly result?: JobResult;
  /** whether the new state is what the job was for, or a step on the way there */
  readonly isExpected: boolean;
}

/** What a new state of its unit means for a job. */
export function progressOf(
  { type, isRunning }: Pick<Job, 'type' | 'isRunning'>,
  state: ActiveState,
): JobProgress {
  if (type === 'start' || type === 'verify-active') {
    if (isUp(state)) return { result: 'done', isExpected: true };
    return isRunning ? unlessOnItsWay(state, 'activating') : { isExpected: true };
  }
  if (type === 'reload') {
    if (!isRunning) return { isExpected: true };
    if (state === 'active') return { result: 'done', isExpected: true };
    return state === 'reloading' ? { isExpected: true } : unlessOnItsWay(state, 'activating');
  }
  if (isDown(state)) return { result: 'done', isExpected: true };
  return isRunning && state !== 'deactivating'
    ? { result: 'failed', isExpected: false }
    : { isExpected: true };
}

function unlessOnItsWay(state: ActiveState, way: ActiveState): JobProgress {
  if (state === way) return { isExpected: true };
  return isDown(state)
    ? { result: state === 'failed' ? 'failed' : 'done', isExpected: false }
    : { isExpected: false };
}

/**
 * Whether no job of another unit has to come first: job_is_runnable().
 * @param typeOf the job that a unit has
 */
export function isRunnable(
  graph: DependencyGraph,
  { unit, type }: Pick<Job, 'unit' | 'type'>,
  typeOf: (unit: string) => JobType | undefined,
): boolean {
  const isStopped = stops(type);
  return (
    !graph.of(unit, 'After').some((edge) => !isStopped && typeOf(edge.unit) !== undefined) &&
    !graph.of(unit, 'Before').some((edge) => stops(typeOf(edge.unit) ?? 'start'))
  );
}

const NEED: readonly EdgeType[] = ['RequiredBy', 'RequisiteOf', 'BoundBy'];

/**
 * The dependencies of others on a unit through which their starts fail when its job ends: job_finish_and_invalidate().
 * @param state of the unit
 */
export function failedBy(
  { type }: Pick<Job, 'type'>,
  result: JobResult,
  state: ActiveState,
): readonly EdgeType[] {
  // A oneshot that is down again at once satisfies Requires=, but not Requisite=.
  if (result === 'done')
    return type === 'start' && !isUp(state) && state !== 'activating' ? ['RequisiteOf'] : [];
  if (type === 'start' || type === 'verify-active') return NEED;
  return type === 'stop' ? ['ConflictedBy'] : [];
}
