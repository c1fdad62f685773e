/** Something seen while planning: `refuse` stops the plan, `warn` and `info` only speak. */
export interface Finding {
  readonly code: string;
  readonly level: 'refuse' | 'warn' | 'info';
  /** one sentence: what would happen */
  readonly text: string;
  /** one sentence: the way out */
  readonly hint: string;
  /** it would have been refused, but for `--force` */
  readonly forced?: true;
}

/** A finding that stops the plan. */
export function refuse(code: string, text: string, hint: string): Finding {
  return { code, level: 'refuse', text, hint };
}

/** A finding that warns. */
export function warn(code: string, text: string, hint: string): Finding {
  return { code, level: 'warn', text, hint };
}

/** A finding that is good to know. */
export function info(code: string, text: string, hint: string): Finding {
  return { code, level: 'info', text, hint };
}
