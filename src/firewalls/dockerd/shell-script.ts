import type { Environment, Variable } from './environment.js';
import { allWords, splitWords, type Word, WORD_MAX } from './flags.js';
import { type Assigned, type Piece, readScript, type ScriptCommand, textOf } from './shell-words.js';

/** Commands that set variables which their line does not show, or run the following words in another way. */
const LOSES = /^(?:\.|source|eval|read|unset|local|declare|typeset|let|getopts|mapfile|alias)$/;

/** A script that starts a daemon is short; a long one is a program. In characters. */
const SCRIPT_MAX = 64 * 1024;

/**
 * The commands that a shell script runs, each with the words that its shell would make of it. A variable whose value
 * only a run would show makes an unknown word.
 * @param from the line that has the script
 * @param positional what `$@` stands for
 * @returns undefined if the script cannot be read so
 */
export function commandsOfScript(
  script: string,
  environment: Environment,
  from: string,
  positional: readonly Word[] = [],
): Word[][] | undefined {
  const read = script.length > SCRIPT_MAX ? undefined : readScript(script);
  if (!read) return undefined;
  const run = new Run(environment, from, positional, read.isStraight);
  return read.commands.map((command) => run.command(command)).filter((words) => words.length > 0);
}

/** One pass over a script, with the variables that it sets. */
class Run {
  private readonly assigned = new Map<string, Variable>();
  private isLost = false;
  private isShifted = false;

  constructor(
    private readonly environment: Environment,
    private readonly from: string,
    private readonly positional: readonly Word[],
    private readonly isStraight: boolean,
  ) {}

  /** The words of one command; none if it is an assignment. */
  command({ words, assignments }: ScriptCommand): Word[] {
    const name = textOf(words[0] ?? []);
    const isAssignment = words.length === 0 || /^(?:export|readonly)$/.test(name);
    if (isAssignment) for (const one of assignments) this.assign(one);
    else this.losesTrack(name, words);
    return isAssignment ? [] : allWords(words, (word) => this.expand(word), this.from);
  }

  private losesTrack(name: string, words: readonly (readonly Piece[])[]): void {
    this.isLost ||= LOSES.test(name);
    const setsPositional =
      name === 'set' && words.slice(1).some((word) => /^(?:--$|[^-+])/.test(textOf(word)));
    this.isShifted ||= name === 'shift' || setsPositional;
  }

  private assign({ name, value }: Assigned): void {
    this.assigned.set(name, { value: this.isStraight ? this.joined(value) : undefined, from: this.from });
  }

  /** Pieces put together; undefined if one is not known, or the word is longer than any that can be started. */
  private joined(pieces: readonly Piece[]): string | undefined {
    let text = '';
    for (const piece of pieces) {
      const value = this.valueOf(piece);
      if (value === undefined || text.length + value.length > WORD_MAX) return undefined;
      text += value;
    }
    return text;
  }

  private valueOf(piece: Piece): string | undefined {
    if ('text' in piece) return piece.text;
    if ('unknown' in piece || /[@*]/.test(piece.variable)) return undefined;
    const variable = this.variable(piece.variable);
    return variable ? variable.value : '';
  }

  private variable(name: string): Variable | undefined {
    if (this.isLost) return { value: undefined, from: this.from };
    return this.assigned.get(name) ?? this.environment(name);
  }

  private expand(word: readonly Piece[]): Word[] {
    const [only] = word;
    if (word.length === 1 && only && 'variable' in only && !only.isQuoted)
      return this.expandAlone(only.variable);
    if (word.length <= 2 && word.some((piece) => 'variable' in piece && /[@*]/.test(piece.variable)))
      return this.allPositional();
    const at = word.findIndex((piece) => this.valueOf(piece) === undefined);
    const sources = word.flatMap((piece) =>
      'variable' in piece ? (this.variable(piece.variable)?.from ?? []) : [],
    );
    const text = this.joined(at < 0 ? word : word.slice(0, at));
    return [{ text: text ?? '', from: sources[0] ?? this.from, isWhole: at < 0 && text !== undefined }];
  }

  private allPositional(): Word[] {
    return this.isShifted ? [{ text: '', from: this.from, isWhole: false }] : [...this.positional];
  }

  private expandAlone(name: string): Word[] {
    if (/[@*]/.test(name)) return this.allPositional();
    const variable = this.variable(name);
    if (!variable) return [];
    if (variable.value === undefined) return [{ text: '', from: variable.from, isWhole: false }];
    // A shell takes no quotes off what a variable holds.
    return splitWords(variable.value, false).map((text) => ({ text, from: variable.from, isWhole: true }));
  }
}
