/** The value of a flag and its place; the value is undefined if it is not known. */
export interface Flag {
  readonly value: string | undefined;
  readonly from: string;
}

/** strconv.ParseBool() of Go, which reads the flags of dockerd. */
const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

/** A boolean as dockerd reads it; undefined for a text that it would not start with. */
export function parseBool(value: string): boolean | undefined {
  return TRUE.has(value) ? true : FALSE.has(value) ? false : undefined;
}

/**
 * The last occurrence of a flag on a command line, as pflag reads it; undefined if there is none.
 * @param takesNext whether the value may be the next word, which that of a boolean never is
 */
export function flagIn(words: readonly Word[], name: string, takesNext = false): Flag | undefined {
  const end = words.findIndex(({ text, isWhole }) => isWhole && text === '--');
  const all = end < 0 ? words : words.slice(0, end);
  for (let at = all.length - 1; at >= 0; at--) {
    const { text, from, isWhole } = all[at] ?? { text: '', from: '', isWhole: true };
    // An unknown word may be any flag, and the later one counts.
    if (!isWhole && `--${name}=`.startsWith(text.slice(0, name.length + 3)))
      return { value: undefined, from };
    if (!isWhole) continue;
    if (text.startsWith(`--${name}=`)) return { value: text.slice(name.length + 3), from };
    if (text !== `--${name}`) continue;
    if (!takesNext) return { value: 'true', from };
    const next = all[at + 1];
    return { value: next?.isWhole === true ? next.text : undefined, from };
  }
  return undefined;
}
/** A word of a command line, with the line that says it. */
export interface Word {
  /** its text, or what is known of its beginning */
  readonly text: string;
  readonly from: string;
  /** whether all of it is known; an unknown word without a beginning may be any number of words */
  readonly isWhole: boolean;
}

/** Splits the value of a variable at white space; systemd takes quotes and backslashes off: replace_env_argv(). */
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

/**
 * The kernel starts nothing with a longer word or variable (MAX_ARG_STRLEN), or with more than this in all: execve(2).
 */
export const WORD_MAX = 128 * 1024;
const ALL_MAX = 2 * 1024 * 1024;

/** All words that these make, one after the other; more words than can be started become unknown. */
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
