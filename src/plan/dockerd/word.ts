/** A word of a command line, with the line that says it. */
export interface Word {
  /** its text, or what is known of its beginning */
  readonly text: string;
  readonly from: string;
  /** whether all of it is known; an unknown word without a beginning may be any number of words */
  readonly isWhole: boolean;
}

/** Splits what a variable holds at white space; systemd takes quotes and backslashes off: replace_env_argv(). */
export function splitWords(value: string, takesQuotesOff: boolean): string[] {
  if (!takesQuotesOff) return value.split(/[ \t\n\r]+/).filter((word) => word !== '');
  const found = value.match(/(?:"(?:\\[^]|[^"\\])*"?|'(?:\\[^]|[^'\\])*'?|\\[^]|[^\s"'\\]|\\$)+/g) ?? [];
  return found.map((word) =>
    word.replace(
      /"((?:\\[^]|[^"\\])*)"?|'((?:\\[^]|[^'\\])*)'?|\\([^])/g,
      (_, double?: string, single?: string, one?: string) =>
        double === undefined && single === undefined
          ? (one ?? '')
          : (double ?? single ?? '').replace(/\\([^])/g, '$1'),
    ),
  );
}
