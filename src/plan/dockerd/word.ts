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

/** The kernel starts nothing with a longer word or variable (MAX_ARG_STRLEN), or with more than this in all: execve(2). */
export const WORD_MAX = 128 * 1024;
const ALL_MAX = 2 * 1024 * 1024;

/** All words that these make, one after the other; more than can be started are not known. */
export function allWords<Item>(
  items: readonly Item[],
  wordsOf: (item: Item) => readonly Word[],
  from: string,
): Word[] {
  const words: Word[] = [];
  let size = 0;
  for (const item of items)
    for (const word of wordsOf(item)) {
      size += word.text.length + 1;
      if (size > ALL_MAX) return [...words, { text: '', from, isWhole: false }];
      words.push(word);
    }
  return words;
}
