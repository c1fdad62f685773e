import { DEPTH_MAX, ShellWords } from './shell-words.js';
import type { Block } from './shell-frame.js';

/** A script's first argument, as `case` asks for it. */
const FIRST_ARGUMENT = /^\$(?:1|\{1(?::?-)?\})$/;
const NO_ARGUMENTS = /[ \t]*\([ \t]*\)/y;

/** Branches in branches, no script has more. */
const CASES_MAX = 100;

const OPENING = new Set(['{', 'if', 'while', 'until', 'for', 'select']);
const BETWEEN = new Set(['then', 'do', 'else', 'elif']);
const CLOSING = new Set(['}', 'fi', 'done', 'esac']);

/** Reads what makes compound commands: `if`, `for`, `case`, `{`, functions. */
export abstract class ShellBlocks extends ShellWords {
  /** the branches of `case "$1" in` that are open */
  protected cases: readonly (readonly string[])[] = [];
  /** a name was met with `()` behind it: the next block is its body */
  protected nextFunction: string | undefined;

  protected endWord(): void {
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
      if (!frame.hasQuotes && (word === '[[' || word === ']]')) frame.isTest = word === '[[';
    }
  }

  /** Whether a word at the place of a command is a reserved one: POSIX, "Reserved Words". */
  private reserved(word: string): boolean {
    const { frame } = this;
    if (frame.blocks.at(-1)?.pattern === true && word !== 'esac') return false;
    if (OPENING.has(word)) {
      this.openBlock();
      if (word === 'for' || word === 'select') frame.header = 'for';
      frame.repeats = word === 'while' || word === 'until';
    } else if (CLOSING.has(word)) this.closeBlock();
    else if (BETWEEN.has(word)) frame.listStart = this.count();
    else if (word === 'case' || word === 'function') frame.header = word;
    else return word === '!';
    return true;
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
    frame.listStart = this.count();
  }

  protected closeBlock(): void {
    const block = this.frame.blocks.pop();
    if (!block) return;
    this.frame.listStart = block.listStart;
    this.functionName = block.functionAround;
    this.leaveBranch(block);
  }

  protected leaveBranch(block: Block): void {
    if (block.hasBranch) this.cases = this.cases.slice(0, -1);
    block.hasBranch = false;
  }

  /** The pattern of a `case` ends, and its branch begins. */
  protected beginBranch(block: Block): void {
    const { frame } = this;
    block.pattern = false;
    if (block.ofArgument && this.cases.length < CASES_MAX) {
      this.cases = [...this.cases, frame.words];
      block.hasBranch = true;
    }
    frame.words = [];
    frame.listStart = this.count();
  }
}
