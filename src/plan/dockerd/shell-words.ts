/** A piece of a shell word: text, a variable, or what only a run of the shell would tell. */
export type Piece =
  | { readonly text: string }
  | { readonly variable: string; readonly isQuoted: boolean }
  | { readonly unknown: true };

/** One simple command of a shell script: the pieces of its words, and what separates it from the next one. */
export interface ShellCommand {
  readonly words: readonly (readonly Piece[])[];
  readonly end: string;
}

/**
 * Splits a shell script into its simple commands, as far as that goes without running it: POSIX.1, "Shell Command
 * Language". Redirections are left out; what groups commands ends one.
 * @returns undefined where a quote has no end, or a here-document begins
 */
export function shellCommands(script: string): ShellCommand[] | undefined {
  const commands: ShellCommand[] = [];
  let words: Piece[][] = [];
  let word: Piece[] | undefined;
  let isTarget = false;
  const endWord = (): void => {
    if (word && !isTarget) words.push(word);
    if (word) isTarget = false;
    word = undefined;
  };
  for (let at = 0; at < script.length;) {
    const token = takeToken(script.slice(at), word !== undefined);
    if (!token) return undefined;
    at += token.length;
    if (token.kind === 'piece') {
      word = [...(word ?? []), ...token.pieces];
      continue;
    }
    // The number of a file stands right before its redirection.
    if (token.kind === 'redirection' && word && /^\d$/.test(textOf(word))) word = undefined;
    endWord();
    if (token.kind === 'redirection') isTarget = true;
    if (token.kind !== 'separator') continue;
    commands.push({ words, end: token.text });
    words = [];
  }
  endWord();
  return [...commands, { words, end: '' }].filter((one) => one.words.length > 0 || /[(){}]/.test(one.end));
}

type Token =
  | { readonly kind: 'blank' | 'redirection' | 'separator'; readonly text: string; readonly length: number }
  | ({ readonly kind: 'piece' } & Taken);

const TOKENS: readonly (readonly [kind: 'blank' | 'redirection' | 'separator', pattern: RegExp])[] = [
  ['blank', /^(?:[ \t]|\\\n)+/],
  ['redirection', /^(?:&>>?|>>|>&|>\||<&|<>|[<>](?!<))/],
  ['separator', /^(?:&&|\|\||;;|[;&|\n()]|[{}](?=[\s;]|$))/],
];

function takeToken(rest: string, isInWord: boolean): Token | undefined {
  if (rest.startsWith('<<')) return undefined;
  const comment = isInWord ? null : /^#[^\n]*/.exec(rest);
  if (comment) return { kind: 'blank', text: comment[0], length: comment[0].length };
  for (const [kind, pattern] of TOKENS) {
    const [text] = pattern.exec(rest) ?? [];
    // A brace that is glued to a word is a part of it.
    if (text !== undefined && !(isInWord && /^[{}]/.test(text))) return { kind, text, length: text.length };
  }
  const taken = takePiece(rest);
  return taken && { kind: 'piece', ...taken };
}

/** The text of a word as far as it is known without its variables. */
export function textOf(word: readonly Piece[]): string {
  return word.map((piece) => ('text' in piece ? piece.text : '')).join('');
}

interface Taken {
  readonly pieces: readonly Piece[];
  readonly length: number;
}

function takePiece(rest: string): Taken | undefined {
  const first = rest.charAt(0);
  if (first === '\\') return { pieces: [{ text: rest.slice(1, 2) }], length: 2 };
  if (first === "'") {
    const end = rest.indexOf("'", 1);
    return end < 0 ? undefined : { pieces: [{ text: rest.slice(1, end) }], length: end + 1 };
  }
  if (first === '"') return takeQuoted(rest);
  if (first === '$' || first === '`') return takeDollar(rest, false);
  const text = /^[^\\'"$`\s;&|(){}<>]+|^[{}]/.exec(rest)?.[0] ?? first;
  return { pieces: [{ text }], length: text.length };
}

function takeQuoted(rest: string): Taken | undefined {
  const pieces: Piece[] = [{ text: '' }];
  for (let at = 1; at < rest.length;) {
    const letter = rest.charAt(at);
    if (letter === '"') return { pieces, length: at + 1 };
    if (letter === '$' || letter === '`') {
      const next = takeDollar(rest.slice(at), true);
      if (!next) return undefined;
      pieces.push(...next.pieces);
      at += next.length;
    } else {
      const [whole, text = ''] = /^(?:\\([$`"\\])|\\\n|([^]))/.exec(rest.slice(at)) ?? [''];
      pieces.push({ text: whole.length === 1 ? whole : text });
      at += whole.length;
    }
  }
  return undefined;
}

function takeDollar(rest: string, isQuoted: boolean): Taken | undefined {
  const [plain, bare, braced] = /^\$(?:([A-Za-z_]\w*|[@*])|\{([A-Za-z_]\w*|[@*])\})/.exec(rest) ?? [];
  const variable = bare ?? braced;
  if (plain !== undefined && variable !== undefined)
    return { pieces: [{ variable, isQuoted }], length: plain.length };
  const special = /^\$[\d?$!#-]/.exec(rest);
  if (special) return { pieces: [{ unknown: true }], length: 2 };
  const length = rest.startsWith('`') ? rest.indexOf('`', 1) + 1 : groupEnd(rest);
  if (length === 0) return undefined;
  return { pieces: [length === 1 ? { text: '$' } : { unknown: true }], length };
}

/** How long `$(…)` or `${…}` is; 1 where a `$` stands for itself, 0 where there is no end. */
function groupEnd(rest: string): number {
  const [open, close] = rest.startsWith('$(') ? '()' : rest.startsWith('${') ? '{}' : '';
  if (open === undefined) return 1;
  let depth = 0;
  for (let at = 1; at < rest.length; at++) {
    if (rest.charAt(at) === open) depth++;
    else if (rest.charAt(at) === close && --depth === 0) return at + 1;
  }
  return 0;
}
