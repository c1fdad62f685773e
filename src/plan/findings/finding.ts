/** stable, for programs: the code of a check in index.ts, which the schema lists */
export type FindingCode = string;

/** Something seen while planning: `refuse` stops the plan, `warn` and `info` only inform. */
export interface Finding {
  readonly code: FindingCode;
  /** `refuse` stops the plan */
  readonly level: 'refuse' | 'warn' | 'info';
  /** one sentence: what would happen */
  readonly text: string;
  /** one sentence: the way out */
  readonly hint: string;
  /** it would have been refused, but for `--force` */
  readonly forced?: true;
}

/** What a check reports; runChecks() adds its code. */
export type Report = Pick<Finding, 'level' | 'text' | 'hint'>;

/** Stops the plan. */
export function refuse(text: string, hint: string): Report {
  return { level: 'refuse', text, hint };
}

/** Warns. */
export function warn(text: string, hint: string): Report {
  return { level: 'warn', text, hint };
}

/** Informs. */
export function info(text: string, hint: string): Report {
  return { level: 'info', text, hint };
}
