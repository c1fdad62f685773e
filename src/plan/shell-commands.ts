/**
 * The commands of a shell script, told from its text: POSIX "Shell Command Language", and what bash adds to it. Nothing
 * is evaluated: a variable stays `$NAME`, and what stands in its place is not known.
 */
import { ShellBlocks } from './shell-blocks.js';
import type { Frame } from './shell-frame.js';

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
  return new ShellReader(text).read();
}

type Found = Omit<ShellCommand, 'line' | 'waits'> & { readonly at: number };

const PLAIN = /[^\s'"\\$`#&|;()<>]+/y;
const PLAIN_IN_TEXT = /[^'"\\$`(){}]+/y;
const BLANK = /\s/;
const BLANKS = /[ \t]+/y;
const MARK_IN_TEXT = /['(){}]/;
const PATTERN_END = /;;&|;[;&]/y;
const PIPE = /\|[|&]?/y;
const AND = /&&/y;
const ALL_OUTPUT = /&>>?/y;
const HEREDOC = /<<(?!<)-?/y;
const REDIRECTION = /<<<|>>|<>|>\||[<>]&|[<>]/y;
const REST_OF_NO_ARGUMENTS = /[ \t]*\)/y;
const ARRAY_OR_GLOB = /[=?*+@!]$/;
const DESCRIPTOR = /^\d{1,9}$/;
const ENDS_WORD = /[\s;&|<>()]/;

/** Reads operators, and with them where each command ends and whether it is waited for. */
class ShellReader extends ShellBlocks {
  private readonly found: Found[] = [];
  /** where lists begin and end that `&` puts into the background: +1 and -1 */
  private readonly background = new Map<number, number>();
  private readonly heredocs: { readonly end: string; readonly tabs: boolean }[] = [];

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
      depth += this.background.get(index) ?? 0;
      return { words, line: lineAt(lines, at), waits: depth === 0, repeats, inFunction, cases };
    });
  }

  private step(): void {
    const letter = this.text.charAt(this.at);
    if (this.quotesOrDollar(letter)) return;
    if (this.frame.isText) this.inText(letter);
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
        this.skip(PIPE);
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

  protected separate(): void {
    this.endCommand();
    this.frame.header = this.frame.header === 'case' ? 'case' : undefined;
    this.frame.listStart = this.found.length;
  }

  protected endCommand(): void {
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
      this.background.set(listStart, (this.background.get(listStart) ?? 0) + 1);
      this.background.set(end, (this.background.get(end) ?? 0) - 1);
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
      this.beginBranch(block);
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
    if (!frame.hasQuotes && DESCRIPTOR.test(frame.word ?? '')) frame.word = undefined;
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

  protected count(): number {
    return this.found.length;
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
