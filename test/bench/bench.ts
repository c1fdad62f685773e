/** What a bench is: it lets two sides do the same work in turn, checks that they did, and says how they compare. */

/** One line of the table. */
export interface Row {
  /** what was done, with its size */
  readonly what: string;
  /** our figure, with its unit */
  readonly us: string;
  /** whom we are compared with */
  readonly peer: string;
  /** the peer's figure; undefined where the peer is not on this machine */
  readonly theirs: string | undefined;
  /** our cost divided by the peer's, both from the same run; undefined where the peer is missing */
  readonly ratio: number | undefined;
  /** the largest ratio that we mean to have; undefined where the row only informs */
  readonly most?: number;
}

/** What one bench came to. */
export interface Result {
  readonly rows: readonly Row[];
  /** Sentences below the table. */
  readonly notes?: readonly string[];
  /** Pictures below the table, in Markdown. */
  readonly plots?: readonly string[];
}

/** @throws Error where the two sides did not do the same work */
export type Bench = () => Promise<Result> | Result;
