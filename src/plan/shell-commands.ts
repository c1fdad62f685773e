/**
 * The commands of a shell script, told from its text: POSIX "Shell Command Language", and what bash adds to it. Nothing
 * is evaluated: a variable stays `$NAME`, and what stands in its place is not known.
 */

/** One simple command of a script. */
export interface ShellCommand {
  /** its words without their quotes; assignments and redirections are none */
  readonly words: readonly string[];
  /** the line that it begins on, from 1 */
  readonly line: number;
  /** whether the script goes on only when it has ended: `&` at the end of its list lets it go on */
  readonly waits: boolean;
  /** whether it is the condition of a `while` or `until` */
  readonly repeats: boolean;
  /** the function whose body it is in */
  readonly inFunction: string | undefined;
  /** the branches of `case "$1" in` around it: `start`, `restart` … */
  readonly cases: readonly (readonly string[])[];
}

/** Reads a script, in time that grows with its length alone; what is no valid script has the commands up to there. */
export function shellCommands(text: string): ShellCommand[] {
  return new Reader(text).read();
}

/** A compound command that is open: `{`, `if`, `while`, `for`, `case`. */
interface Block {
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
interface Frame {
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

type Found = Omit<ShellCommand, 'line' | 'waits'> & { readonly at: number };

/** Letters that mean nothing to the shell, each run of them at once. */
const PLAIN = /[^\s'"\\$`#&|;()<>]+/y;
const PLAIN_IN_QUOTES = /[^"\\$`]+/y;
const PLAIN_IN_TEXT = /[^'"\\$`(){}]+/y;

const ESCAPED_IN_QUOTES = /["$`\\]/;
const BLANK = /\s/;
const BLANKS = /[ \t]+/y;
const MARK_IN_TEXT = /['(){}]/;
const PATTERN_END = /;;&|;[;&]/y;
const AND = /&&/y;
const ALL_OUTPUT = /&>>?/y;
const HEREDOC = /<<(?!<)-?/y;
const REDIRECTION = /<<<|>>|<>|>\||[<>]&|[<>]/y;
const NO_ARGUMENTS = /[ \t]*\([ \t]*\)/y;
const REST_OF_NO_ARGUMENTS = /[ \t]*\)/y;
const ARRAY_OR_GLOB = /[=?*+@!]$/;
const FIRST_ARGUMENT = /^\$(?:1|\{1(?::?-)?\})$/;
const NUMBER = /^\d{1,9}$/;
const ENDS_WORD = /[\s;&|<>()]/;

/** What is nested deeper is no script that anybody wrote, and is not read on. */
const DEPTH_MAX = 1000;

/** No name or pattern of interest is longer; longer text is not copied again and again. */
const SHORT = 200;

class Reader {
  private at = 0;
  private readonly frames: Frame[] = [];
  private frame: Frame;
  private backticks = 0;
  private readonly found: Found[] = [];
  private readonly background: number[] = [];
  private readonly heredocs: { readonly end: string; readonly tabs: boolean }[] = [];
  private functionName: string | undefined;
  private nextFunction: string | undefined;
  private cases: readonly (readonly string[])[] = [];

  constructor(private readonly text: string) {
    this.frame = this.newFrame('', false);
  }

  read(): ShellCommand[] {
    while (this.at < this.text.length) this.step();
    while (this.frames.length > 0) this.pop();
    this.endCommand();
    return this.commands();
  }

  private commands(): ShellCommand[] {
    const lines = lineStarts(this.text);
    let depth = 0;
    return this.found.map(({ at, words, repeats, inFunction, cases }, index) => {
      depth += this.background[index] ?? 0;
      return { words, line: lineAt(lines, at), waits: depth === 0, repeats, inFunction, cases };
    });
  }

  private step(): void {
    const letter = this.text.charAt(this.at);
    if (letter === '\\') this.escape();
    else if (letter === '$') this.dollar();
    else if (letter === '`') this.backtick();
    else if (letter === '"') this.toggleQuotes();
    else if (this.frame.isDouble) this.run(PLAIN_IN_QUOTES);
    else if (letter === "'" && !this.frame.inQuotes) this.singleQuotes(this.at + 1);
    else if (this.frame.isText) this.inText(letter);
    else this.inCommands(letter);
  }

  private inText(letter: string): void {
    if (letter === this.frame.close) {
      this.at++;
      this.pop();
    } else if (letter === '(' && this.frame.close === ')') {
      this.at++;
      this.push(')', true);
    } else if (MARK_IN_TEXT.test(letter)) this.add(letter, 1);
    else this.run(PLAIN_IN_TEXT);
  }

  private inCommands(letter: string): void {
    switch (letter) {
      case '\n':
        this.at++;
        this.separate();
        this.skipHeredocs();
        return;
      case '#':
        if (this.frame.word === undefined) this.at = this.find('\n');
        else this.add(letter, 1);
        return;
      case ';':
        this.semicolon();
        return;
      case '&':
        this.ampersand();
        return;
      case '|':
        this.at += /[|&]/.test(this.text.charAt(this.at + 1)) ? 2 : 1;
        if (this.frame.isTest) this.endWord();
        else this.endCommand();
        return;
      case '(':
        this.open();
        return;
      case ')':
        this.at++;
        this.close();
        return;
      case '<':
      case '>':
        this.redirect(letter);
        return;
      default:
        if (BLANK.test(letter)) {
          this.at++;
          this.endWord();
        } else this.run(PLAIN);
    }
  }

  // Words

  private begin(): Frame {
    if (this.frame.word === undefined) {
      this.frame.word = '';
      this.frame.wordAt = this.at;
      this.frame.hasQuotes = false;
    }
    return this.frame;
  }

  private add(letters: string, length: number): void {
    const frame = this.begin();
    frame.word = `${frame.word ?? ''}${letters}`;
    this.at += length;
  }

  private run(pattern: RegExp): void {
    pattern.lastIndex = this.at;
    const letters = pattern.exec(this.text)?.[0] ?? this.text.charAt(this.at);
    this.add(letters, letters.length);
  }

  private escape(): void {
    const next = this.text.charAt(this.at + 1);
    // A line goes on behind a backslash at its end.
    if (next === '\n') this.at += 2;
    else if (this.frame.isDouble && !ESCAPED_IN_QUOTES.test(next)) this.add('\\', 1);
    else {
      this.begin().hasQuotes = true;
      this.add(next, 2);
    }
  }

  private toggleQuotes(): void {
    const frame = this.begin();
    frame.hasQuotes = true;
    frame.isDouble = !frame.isDouble;
    this.at++;
  }

  private singleQuotes(from: number): void {
    const end = this.find("'", from);
    this.begin().hasQuotes = true;
    this.add(this.text.slice(from, end), 0);
    this.at = end + 1;
  }

  private dollar(): void {
    const next = this.text.charAt(this.at + 1);
    if (next === '(') {
      const isSum = this.text.charAt(this.at + 2) === '(';
      this.add('$()', 2);
      this.push(')', isSum);
    } else if (next === '{') {
      const near = this.text.slice(this.at, this.at + SHORT);
      const isDouble = this.frame.isDouble || this.frame.inQuotes;
      this.add(near.includes('}') ? near.slice(0, near.indexOf('}') + 1) : '${}', 2);
      this.push('}', true, isDouble);
    } else if (next === "'" && !this.frame.isDouble && !this.frame.inQuotes) this.dollarQuotes();
    else if (next === '"' && !this.frame.isDouble) this.at++;
    else this.add('$', 1);
  }

  /** `$'…'`, in which a backslash escapes a quote. */
  private dollarQuotes(): void {
    let end = this.at + 2;
    while (end < this.text.length && this.text.charAt(end) !== "'")
      end += this.text.charAt(end) === '\\' ? 2 : 1;
    this.begin().hasQuotes = true;
    this.add(this.text.slice(this.at + 2, end), 0);
    this.at = end + 1;
  }

  private backtick(): void {
    if (this.backticks > 0) {
      this.at++;
      // What else is open inside was never closed.
      while (this.frame.close !== '`') this.pop();
      this.pop();
      return;
    }
    this.add('$()', 1);
    this.push('`', false);
  }

  private endWord(): void {
    const { frame } = this;
    const { word } = frame;
    if (word === undefined) return;
    frame.word = undefined;
    if (frame.isText) return;
    if (frame.isRedirected) {
      frame.isRedirected = false;
      return;
    }
    if (frame.header !== undefined) this.headerWord(word);
    else if (frame.words.length > 0 || frame.hasQuotes || !this.reserved(word)) {
      if (frame.words.length === 0) frame.commandAt = frame.wordAt;
      frame.words.push(word);
      if (!frame.hasQuotes && word === ']]') frame.isTest = false;
    }
  }

  // Reserved words

  private reserved(word: string): boolean {
    const { frame } = this;
    const block = frame.blocks.at(-1);
    if (block?.pattern === true && word !== 'esac') return false;
    switch (word) {
      case '{':
      case 'if':
      case 'while':
      case 'until':
        this.openBlock();
        frame.repeats = word === 'while' || word === 'until';
        return true;
      case 'then':
      case 'do':
      case 'else':
      case 'elif':
        frame.listStart = this.found.length;
        return true;
      case '!':
        return true;
      case 'for':
      case 'select':
        this.openBlock();
        frame.header = 'for';
        return true;
      case 'case':
      case 'function':
        frame.header = word;
        return true;
      case 'fi':
      case 'done':
      case '}':
      case 'esac':
        this.closeBlock();
        return true;
      case '[[':
        frame.isTest = true;
        return false;
      default:
        return false;
    }
  }

  /** What stands behind `for`, `case` and `function`, up to where a command may begin. */
  private headerWord(word: string): void {
    const { frame } = this;
    if (frame.header === 'function') {
      frame.header = undefined;
      this.skip(NO_ARGUMENTS);
      this.nextFunction = word;
    } else if (frame.header === 'case' && word === 'in' && frame.words.length > 0) {
      const ofArgument = FIRST_ARGUMENT.test(frame.words[0] ?? '');
      frame.words = [];
      frame.header = undefined;
      this.openBlock({ isCase: true, ofArgument });
    } else if (frame.header === 'case') frame.words.push(word);
  }

  private openBlock({ isCase = false, ofArgument = false } = {}): void {
    const { frame } = this;
    if (frame.blocks.length === DEPTH_MAX) this.at = this.text.length;
    const block = { listStart: frame.listStart, isCase, pattern: isCase, ofArgument, hasBranch: false };
    frame.blocks.push({ ...block, functionAround: this.functionName });
    if (this.nextFunction !== undefined) this.functionName = this.nextFunction;
    this.nextFunction = undefined;
    frame.listStart = this.found.length;
  }

  private closeBlock(): void {
    const block = this.frame.blocks.pop();
    if (!block) return;
    this.frame.listStart = block.listStart;
    this.functionName = block.functionAround;
    this.leaveBranch(block);
  }

  private leaveBranch(block: Block): void {
    if (block.hasBranch) this.cases = this.cases.slice(0, -1);
    block.hasBranch = false;
  }

  // Operators

  private separate(): void {
    this.endCommand();
    this.frame.header = this.frame.header === 'case' ? 'case' : undefined;
    this.frame.listStart = this.found.length;
  }

  private endCommand(): void {
    this.endWord();
    const { frame } = this;
    frame.isRedirected = false;
    frame.isTest = false;
    if (frame.header === 'case' || frame.isText) return;
    const isPattern = frame.blocks.at(-1)?.pattern === true;
    if (!isPattern && frame.words.length > 0) this.emit(frame);
    if (!isPattern) frame.words = [];
  }

  private emit(frame: Frame): void {
    const { words, repeats, commandAt: at } = frame;
    this.found.push({ words, at, repeats, inFunction: this.functionName, cases: this.cases });
    frame.repeats = false;
  }

  private semicolon(): void {
    const double = this.skip(PATTERN_END);
    if (!double) this.at++;
    this.separate();
    const block = this.frame.blocks.at(-1);
    if (!double || block?.isCase !== true) return;
    this.leaveBranch(block);
    block.pattern = true;
    this.frame.words = [];
  }

  private ampersand(): void {
    if (this.frame.isTest) {
      this.at++;
      this.endWord();
    } else if (this.skip(AND)) this.endCommand();
    else if (this.skip(ALL_OUTPUT)) {
      this.endWord();
      this.frame.isRedirected = true;
    } else {
      this.at++;
      this.endCommand();
      const { listStart } = this.frame;
      const end = this.found.length;
      this.background[listStart] = (this.background[listStart] ?? 0) + 1;
      this.background[end] = (this.background[end] ?? 0) - 1;
      this.frame.listStart = end;
    }
  }

  private open(): void {
    const { frame } = this;
    this.at++;
    if (frame.isTest) this.endWord();
    else if (frame.header === 'for' || ARRAY_OR_GLOB.test(frame.word ?? '')) {
      this.add('()', 0);
      this.push(')', true);
    } else if (frame.blocks.at(-1)?.pattern === true) this.endWord();
    else if (frame.word !== undefined || frame.words.length > 0) this.functionOrText();
    else {
      const isSum = this.text.charAt(this.at) === '(';
      this.push(')', isSum);
    }
  }

  /** `name()` begins a function; other parentheses behind a word are no shell that is known here. */
  private functionOrText(): void {
    const { frame } = this;
    this.endWord();
    const [name = ''] = frame.words;
    if (frame.words.length === 1 && this.skip(REST_OF_NO_ARGUMENTS)) {
      frame.words = [];
      this.nextFunction = name;
    } else this.push(')', true);
  }

  private close(): void {
    const { frame } = this;
    const block = frame.blocks.at(-1);
    if (frame.isTest) this.endWord();
    else if (block?.pattern === true) {
      this.endWord();
      block.pattern = false;
      if (block.ofArgument && this.cases.length < SHORT) {
        this.cases = [...this.cases, frame.words];
        block.hasBranch = true;
      }
      frame.words = [];
      frame.listStart = this.found.length;
    } else if (frame.close === ')') this.pop();
    else this.separate();
  }

  private redirect(letter: string): void {
    const { frame } = this;
    if (frame.isTest) {
      this.at++;
      this.endWord();
      return;
    }
    // `2>`: the number of a descriptor.
    if (!frame.hasQuotes && NUMBER.test(frame.word ?? '')) frame.word = undefined;
    if (this.text.charAt(this.at + 1) === '(') {
      this.add('$()', 2);
      this.push(')', false);
      return;
    }
    this.endWord();
    if (letter === '<' && this.skip(HEREDOC)) this.heredoc(this.text.charAt(this.at - 1) === '-');
    else {
      this.skip(REDIRECTION);
      frame.isRedirected = true;
    }
  }

  // Here-documents

  private heredoc(tabs: boolean): void {
    this.skip(BLANKS);
    let end = '';
    let quote = '';
    for (; this.at < this.text.length; this.at++) {
      const letter = this.text.charAt(this.at);
      if (letter === quote) quote = '';
      else if (quote !== '') end += letter;
      else if (letter === "'" || letter === '"') quote = letter;
      else if (ENDS_WORD.test(letter)) break;
      else if (letter !== '\\') end += letter;
    }
    this.heredocs.push({ end, tabs });
  }

  /** They begin on the line behind the one that names them. */
  private skipHeredocs(): void {
    for (const { end, tabs } of this.heredocs.splice(0))
      while (this.at < this.text.length) {
        const newline = this.find('\n');
        const line = this.text.slice(this.at, newline);
        this.at = newline + 1;
        if ((tabs ? line.replace(/^\t+/, '') : line) === end) break;
      }
  }

  // Nesting

  private newFrame(close: Frame['close'], isText: boolean, inQuotes = false): Frame {
    return {
      close,
      isText,
      inQuotes,
      functionAround: this.functionName,
      blocks: [],
      words: [],
      word: undefined,
      wordAt: this.at,
      commandAt: this.at,
      hasQuotes: false,
      isDouble: false,
      isRedirected: false,
      isTest: false,
      header: undefined,
      repeats: false,
      listStart: this.found.length,
    };
  }

  private push(close: Frame['close'], isText: boolean, inQuotes = false): void {
    if (this.frames.length === DEPTH_MAX) this.at = this.text.length;
    if (close === '`') this.backticks++;
    this.frames.push(this.frame);
    this.frame = this.newFrame(close, isText, inQuotes);
  }

  private pop(): void {
    this.endCommand();
    while (this.frame.blocks.length > 0) this.closeBlock();
    if (this.frame.close === '`') this.backticks--;
    this.functionName = this.frame.functionAround;
    const outer = this.frames.pop();
    if (outer) this.frame = outer;
  }

  private find(letter: string, from = this.at): number {
    const found = this.text.indexOf(letter, from);
    return found < 0 ? this.text.length : found;
  }

  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const [skipped] = pattern.exec(this.text) ?? [];
    if (skipped === undefined) return false;
    this.at += skipped.length;
    return true;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineAt(starts: readonly number[], at: number): number {
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return low + 1;
}
