import { type Case, type Command, forEachChild, parse, type ParsedScript, type SyntaxNode } from 'unbash';

/**
 * The kernel starts no program with a longer argument, so no `sh -c` either: MAX_ARG_STRLEN, execve(2). In characters.
 */
const TEXT_MAX = 128 << 10;

/** The most here-documents: the parser searches the whole rest for the end of each. Nobody writes more. */
const HERE_MAX = 500;

/**
 * Reads something from the tree of a shell script.
 * @returns undefined if the script is too long, or too deep for the recursive parser
 */
export function fromShellTree<Result>(
  text: string,
  read: (tree: ParsedScript) => Result,
): Result | undefined {
  if (text.length > TEXT_MAX || (text.match(/<</g) ?? []).length > HERE_MAX) return undefined;
  try {
    return read(parse(text));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** One simple command of a script. */
export interface ShellCommand {
  /** its words without their quotes; assignments and redirections do not count */
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

/**
 * How deep `$(…)` may be nested: the parser reads the rest of the text once for each level, so without a limit
 * a text of nothing but `$(` would take minutes. Nobody writes more.
 */
const DEPTH_MAX = 8;
/** How deep anything may be nested: beyond it there is no room left to go on. */
const LEVEL_MAX = 500;

/**
 * The simple commands of a shell script, in the order of its text; those in `$(…)` come before the command that they
 * are part of. Nothing is evaluated: a variable stays `$NAME`. A script with errors has the commands that can be read.
 */
export function shellCommands(text: string): ShellCommand[] {
  const found: ShellCommand[] = [];
  const lineAt = lineCounter(text);
  const top = { lineAt, level: 0, depth: 0, waits: true, repeats: false, inFunction: undefined, cases: [] };
  fromShellTree(text, (tree) => {
    collect(tree, top);
  });
  return found;

  function collect(node: SyntaxNode, around: Context): void {
    if (around.level > LEVEL_MAX) return;
    const context = { ...around, level: around.level + 1 };
    const each = (inner: Context): void => {
      forEachChild(node, (child) => {
        collect(child, inner);
      });
    };
    if (node.type === 'While') {
      collect(node.clause, { ...context, repeats: true });
      collect(node.body, context);
    } else if (node.type === 'Case') {
      for (const { patterns, body } of branchesOf(node))
        collect(body, patterns ? { ...context, cases: [...context.cases, patterns] } : context);
    } else if (node.type === 'CommandExpansion' || node.type === 'ProcessSubstitution') {
      if (context.depth < DEPTH_MAX) each(inSubstitution(node, context));
    } else each(inside(node, context));
    if (node.type === 'Command') found.push(...commandOf(node, context));
  }
}

/** The facts that hold for one part of a script. */
interface Context extends Omit<ShellCommand, 'words' | 'line'> {
  /** how many nodes, and how many `$(…)`, it is in */
  readonly level: number;
  readonly depth: number;
  readonly lineAt: (position: number) => number;
}

function inside(node: SyntaxNode, context: Context): Context {
  if (node.type === 'Function') return { ...context, inFunction: node.name.value };
  const isLeft = node.type === 'Coproc' || (node.type === 'Statement' && node.background === true);
  return isLeft ? { ...context, waits: false } : context;
}

/** Between backticks, positions count from the beginning of that text. */
function inSubstitution(node: { readonly pos: number; readonly text: string }, context: Context): Context {
  const line = context.lineAt(node.pos);
  return {
    ...context,
    depth: context.depth + 1,
    ...(node.text.startsWith('`') ? { lineAt: () => line } : {}),
  };
}

/** The branches of a `case`, with the words that each is for if the first argument decides. */
function branchesOf({ word, items }: Case): { patterns: readonly string[] | undefined; body: SyntaxNode }[] {
  const isArgument = /^\$(?:1|\{1\b.*\})$/.test(word.value);
  return items.map(({ pattern, body }) => ({
    patterns: isArgument ? pattern.map(({ value }) => value) : undefined,
    body,
  }));
}

function commandOf({ name, args, pos }: Command, context: Context): ShellCommand[] {
  if (!name) return [];
  const { lineAt, waits, repeats, inFunction, cases } = context;
  const words = args.map((argument) => (argument.type === 'Word' ? argument.value : argument.text));
  return [{ words: [name.value, ...words], line: lineAt(pos), waits, repeats, inFunction, cases }];
}

/** Finds the line of a position, by halves. */
function lineCounter(text: string): (position: number) => number {
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
  return (position) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return low + 1;
  };
}
