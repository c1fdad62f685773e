import type { Way } from './draft-jobs.js';
import type { DependencyGraph } from './dependency-graph.js';
import type { ActiveState, JobType } from './job.js';

/** A job that systemd would queue. */
export interface PlannedJob {
  readonly unit: string;
  readonly type: JobType;
  readonly way: Way;
}

/** A transaction that is refused as a whole, and the unit it fails for. */
export interface RefusedTransaction {
  readonly refused: string;
  readonly unit: string;
  readonly way: Way;
}

/** What a transaction is built upon. */
export interface Situation {
  readonly graph: DependencyGraph;
  readonly stateOf: (unit: string) => ActiveState;
  /** the version of systemd, as its first number */
  readonly systemd: number;
  /** whether what runs is left alone if it can be: the job mode `fail` */
  readonly sparesOthers: boolean;
  /** whether what hangs on the unit is restarted although it is only started: the job mode `restart-dependencies` */
  readonly restartsOthers: boolean;
  /** whether the last one comes first of what systemd goes through in the order of random hashes */
  readonly lastFirst: boolean;
  /** takes note that this hash order decides what comes of it, in more ways than the two that are tried */
  readonly isLeftToChance: () => void;
  /** the job that a unit has already */
  readonly jobOf: (unit: string) => JobType | undefined;
}

/** Ends a transaction that is being built: it is refused as a whole, unless somebody can do without it. */
export class Refusal extends Error {
  constructor(
    readonly unit: string,
    readonly way: Way,
    message: string,
  ) {
    super(message);
  }
}

/** A job that the unit's type cannot do. */
export class NotApplicable extends Refusal {}

/** What systemd goes through in the order of random hashes, in one of the two orders that are tried. */
export function inOrder<T>({ lastFirst }: Situation, all: readonly T[]): readonly T[] {
  return lastFirst ? all.toReversed() : all;
}
