import type { JobType } from './job.js';
import type { Way } from './transaction.js';

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
