import {
  type Assignment,
  type Command,
  forEachChild,
  type ParsedScript,
  type SyntaxNode,
  type Word,
  type WordPart,
} from 'unbash';
import { fromShellTree } from '../commands/shell-commands.js';

/** A piece of a shell word: text, a variable, or what only a run of the shell would tell. */
export type Piece =
  | { readonly text: string }
  | { readonly variable: string; readonly isQuoted: boolean }
  | { readonly unknown: true };

/** A variable and what it is given. */
export interface Assigned {
  readonly name: string;
  readonly value: readonly Piece[];
}

/** One simple command of a shell script; its redirections are left out. */
export interface ScriptCommand {
  readonly words: readonly (readonly Piece[])[];
  /** the assignments before it, or after `export`; a loop counts as a command with nothing else */
  readonly assignments: readonly Assigned[];
}

/** A shell script, as far as it can be read without running it. */
export interface ShellScript {
  /** in the order of its text */
  readonly commands: readonly ScriptCommand[];
  /** whether each of them runs, one after the other */
  readonly isStraight: boolean;
}

/** @returns undefined if the script is broken, or has functions: what these do depends on where they are called */
export function readScript(text: string): ShellScript | undefined {
  return fromShellTree(text, scriptOf);
}

function scriptOf(script: ParsedScript): ShellScript | undefined {
  const commands: ScriptCommand[] = [];
  let isRead = script.errors === undefined || script.errors.length === 0;
  collect(script);
  const isStraight = script.commands.every(
    ({ command, background }) => command.type === 'Command' && !background,
  );
  return isRead ? { commands, isStraight } : undefined;

  function collect(node: SyntaxNode): void {
    if (/^(?:Function|Arithmetic(?:For|Command))$/.test(node.type)) isRead = false;
    if (node.type === 'For' || node.type === 'Select')
      commands.push({ words: [], assignments: [{ name: node.name.value, value: [UNKNOWN] }] });
    // The commands of a `$(…)` in a word do not belong to the script itself.
    if (node.type === 'Command') commands.push(commandOf(node));
    else if (node.type !== 'Word' && node.type !== 'HereDocBody') forEachChild(node, collect);
  }
}

const UNKNOWN: Piece = { unknown: true };

function commandOf({ name, prefix, args }: Command): ScriptCommand {
  const assignments = [...prefix, ...args].flatMap((one) => (one.type === 'Assignment' ? assigned(one) : []));
  const words = args.map((one) => (one.type === 'Word' ? piecesOf(one) : [{ text: one.text }]));
  return { words: name ? [piecesOf(name), ...words] : [], assignments };
}

function assigned({ name, append, index, value }: Assignment): Assigned {
  if (index || value.type !== 'Word') return { name, value: [UNKNOWN] };
  return { name, value: [...(append ? [{ variable: name, isQuoted: true }] : []), ...piecesOf(value)] };
}

function piecesOf({ value, parts }: Word): Piece[] {
  return parts?.flatMap((part) => pieces(part, false)) ?? [{ text: value }];
}

function pieces(part: WordPart, isQuoted: boolean): Piece[] {
  if (part.type === 'DoubleQuoted' || part.type === 'LocaleString')
    return [{ text: '' }, ...part.parts.flatMap((inner) => pieces(inner, true))];
  if (part.type === 'BraceExpansion' || part.type === 'ExtendedGlob') return [{ text: part.text }];
  if ('value' in part) return [{ text: part.value }];
  const [, bare, braced] = /^\$(?:([A-Za-z_]\w*|[@*])|\{([A-Za-z_]\w*|[@*])\})$/.exec(part.text) ?? [];
  const variable = bare ?? braced;
  return [variable === undefined ? UNKNOWN : { variable, isQuoted }];
}

/** The text of a word as far as it is known without its variables. */
export function textOf(word: readonly Piece[]): string {
  return word.map((piece) => ('text' in piece ? piece.text : '')).join('');
}
