/** What a bench is: it lets two sides do the same work in turn, checks that they did, and says how they compare. */

/** One line of the table. */
export interface Row {
  /** what was done, with its size */
  readonly what: string;
  /** our figure, with its unit */
  readonly us: string;
  /** the peer that we are compared with */
  readonly peer: string;
  /** the peer's figure; undefined if the peer is not on this machine */
  readonly theirs: string | undefined;
  /** our cost divided by the peer's, both from the same run; undefined if the peer is missing */
  readonly ratio: number | undefined;
  /** the largest ratio that we mean to have; undefined if the row only informs */
  readonly most?: number;
}

/** The result of one bench. */
export interface Result {
  readonly rows: readonly Row[];
  /** Sentences below the table. */
  readonly notes?: readonly string[];
  /** Pictures below the table, in Markdown. */
  readonly plots?: readonly string[];
}

/** @throws Error if the two sides did not do the same work */
export type Bench = () => Promise<Result> | Result;
