import { newFrame, type Frame } from './shell-frame.js';

/** Letters that mean nothing inside quotes, each run of them at once. */
const PLAIN_IN_QUOTES = /[^"\\$`]+/y;

const ESCAPED_IN_QUOTES = /["$`\\]/;

/** What is nested deeper is no script that anybody wrote, and is not read on. */
export const DEPTH_MAX = 1000;

/** No name or pattern of interest is longer; longer text is not copied again and again. */
const SHORT = 200;

/** Reads words: quotes, escapes, `$…` and backticks, which nest. */
export abstract class ShellWords {
  protected at = 0;
  protected frame: Frame;
  protected readonly frames: Frame[] = [];
  /** the function whose body is being read */
  protected functionName: string | undefined;
  private backticks = 0;

  constructor(protected readonly text: string) {
    this.frame = newFrame({ close: '', isText: false }, { at: 0, listStart: 0, functionAround: undefined });
  }

  /** How many commands were found up to here. */
  protected abstract count(): number;
  protected abstract endCommand(): void;
  protected abstract closeBlock(): void;

  /** Reads on where a quote, an escape or a substitution begins; false where the letter is none of these. */
  protected quotesOrDollar(letter: string): boolean {
    if (letter === '\\') this.escape();
    else if (letter === '$') this.dollar();
    else if (letter === '`') this.backtick();
    else if (letter === '"') this.toggleQuotes();
    else if (this.frame.isDouble) this.run(PLAIN_IN_QUOTES);
    else if (letter === "'" && !this.frame.inQuotes) this.singleQuotes(this.at + 1);
    else return false;
    return true;
  }

  private begin(): Frame {
    if (this.frame.word === undefined) {
      this.frame.word = '';
      this.frame.wordAt = this.at;
      this.frame.hasQuotes = false;
    }
    return this.frame;
  }

  protected add(letters: string, length: number): void {
    const frame = this.begin();
    frame.word = `${frame.word ?? ''}${letters}`;
    this.at += length;
  }

  protected run(pattern: RegExp): void {
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

  protected push(close: Frame['close'], isText: boolean, inQuotes = false): void {
    if (this.frames.length === DEPTH_MAX) this.at = this.text.length;
    if (close === '`') this.backticks++;
    this.frames.push(this.frame);
    this.frame = newFrame({ close, isText, inQuotes }, this.here());
  }

  protected pop(): void {
    this.endCommand();
    while (this.frame.blocks.length > 0) this.closeBlock();
    if (this.frame.close === '`') this.backticks--;
    this.functionName = this.frame.functionAround;
    const outer = this.frames.pop();
    if (outer) this.frame = outer;
  }

  private here(): { at: number; listStart: number; functionAround: string | undefined } {
    return { at: this.at, listStart: this.count(), functionAround: this.functionName };
  }

  protected find(letter: string, from = this.at): number {
    const found = this.text.indexOf(letter, from);
    return found < 0 ? this.text.length : found;
  }

  protected skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const [skipped] = pattern.exec(this.text) ?? [];
    if (skipped === undefined) return false;
    this.at += skipped.length;
    return true;
  }
}
