/** What is open while a script is read: nested substitutions, and compound commands. */

/** A compound command that is open: `{`, `if`, `while`, `for`, `case`. */
export interface Block {
  /** where the list began that it is part of */
  readonly listStart: number;
  readonly isCase: boolean;
  /** whether a `case` waits for a pattern now */
  pattern: boolean;
  /** whether the `case` is about the script's first argument */
  readonly ofArgument: boolean;
  /** whether it has pushed a branch that ends with it */
  hasBranch: boolean;
  readonly functionAround: string | undefined;
}

/** What one pair of parentheses, backticks or `${…}` holds. */
export interface Frame {
  readonly close: '' | ')' | '`' | '}';
  /** an array, a sum or an expansion holds no commands of its own */
  readonly isText: boolean;
  /** inside "…", where ' is a letter like any other */
  readonly inQuotes: boolean;
  readonly functionAround: string | undefined;
  blocks: Block[];
  words: string[];
  word: string | undefined;
  wordAt: number;
  commandAt: number;
  hasQuotes: boolean;
  isDouble: boolean;
  /** the next word is a file, not an argument */
  isRedirected: boolean;
  /** inside `[[ … ]]`, where no operator ends a command */
  isTest: boolean;
  /** the words behind one of these are no command */
  header: 'for' | 'case' | 'function' | undefined;
  repeats: boolean;
  /** the first command of the list that a `&` would put into the background */
  listStart: number;
}

/** A fresh one; positions and the function around it are those of where it opens. */
export function newFrame(
  { close, isText, inQuotes = false }: Pick<Frame, 'close' | 'isText'> & { inQuotes?: boolean },
  { at, listStart, functionAround }: { at: number } & Pick<Frame, 'listStart' | 'functionAround'>,
): Frame {
  return {
    close,
    isText,
    inQuotes,
    functionAround,
    blocks: [],
    words: [],
    word: undefined,
    wordAt: at,
    commandAt: at,
    hasQuotes: false,
    isDouble: false,
    isRedirected: false,
    isTest: false,
    header: undefined,
    repeats: false,
    listStart,
  };
}
