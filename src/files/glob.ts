import { type Files, inDirectory, type RootPath, rootPath } from './files.js';

/** The most directories that are listed for one pattern; a pattern that needs more is not decided. */
const LISTS_MAX = 2000;
/** PATH_MAX of Linux: no path is longer. */
const PATTERN_MAX = 4096;

/**
 * Whether any path of a root matches a pattern of glob(7). It lists level by level, each real directory once, so loops
 * of links cost nothing.
 * @throws RangeError if that would take too long, or the pattern holds a character class such as `[[:digit:]]`
 */
export function matchesAny(files: Files, pattern: string): boolean {
  if (pattern.length > PATTERN_MAX) throw new RangeError('no path is so long');
  const names = pattern.split('/').filter((part) => part !== '');
  let directories: RootPath[] = [rootPath('/')];
  let lists = 0;
  for (const [at, name] of names.entries()) {
    const tokens = tokensOf(name);
    const below = new Set<RootPath>();
    for (const directory of directories) {
      if (++lists > LISTS_MAX) throw new RangeError(`${pattern} asks for too many directories`);
      const all = files.list(directory)?.names() ?? [];
      const found = all.filter((one) => isShown(one, name) && matches(tokens, one));
      if (at === names.length - 1 && found.length > 0) return true;
      for (const one of found) {
        const { path, info } = files.follow(inDirectory(directory, one));
        if (info?.kind === 'directory') below.add(path);
      }
    }
    directories = [...below];
  }
  return names.length === 0;
}

/** Only a dot matches the dot that a name begins with: glob(7). */
function isShown(one: string, pattern: string): boolean {
  return !one.startsWith('.') || pattern.startsWith('.');
}

/** Whether a name matches one component of a pattern: `*`, `?`, `[a-z]`, `[!a-z]`, and a backslash before each. */
export function globMatches(pattern: string, name: string): boolean {
  return matches(tokensOf(pattern), name);
}

type Token = '*' | ((character: string) => boolean);

/**
 * Only the last star is tried again, since it can take everything that an earlier one could. So the cost is at most
 * the length of the name times that of the pattern, however many stars there are.
 */
function matches(tokens: readonly Token[], name: string): boolean {
  const characters = Array.from(name);
  let [token, at] = [0, 0];
  let star: { readonly token: number; at: number } | undefined;
  while (at < characters.length) {
    const test = tokens[token];
    if (test === '*') star = { token: token++, at };
    else if (test?.(characters[at] ?? '')) [token, at] = [token + 1, at + 1];
    else if (star) [token, at] = [star.token + 1, ++star.at];
    else return false;
  }
  return tokens.slice(token).every((rest) => rest === '*');
}

function tokensOf(pattern: string): Token[] {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  // After a `[` that nothing closes, nothing closes a later one either.
  let isOpen = true;
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const set: BracketSet | undefined = character === '[' && isOpen ? setAt(characters, at) : undefined;
    if (character === '[') isOpen = set !== undefined;
    if (set) at = set.end;
    if (character === '*' && tokens.at(-1) === '*') continue;
    tokens.push(set?.test ?? tokenFor(character, () => characters[++at] ?? '\\'));
  }
  return tokens;
}

function tokenFor(character: string, next: () => string): Token {
  if (character === '*') return '*';
  if (character === '?') return () => true;
  const literal = character === '\\' ? next() : character;
  return (one) => one === literal;
}

/** A set in brackets, and where it ends. */
interface BracketSet {
  readonly test: Token;
  readonly end: number;
}

/** The set that begins at a bracket; undefined if nothing closes it, so that the bracket is a character. */
function setAt(characters: readonly string[], open: number): BracketSet | undefined {
  const isNegated = ['!', '^'].includes(characters[open + 1] ?? '');
  const first = open + (isNegated ? 2 : 1);
  // A bracket that comes first belongs to the set.
  const end = characters.indexOf(']', first + 1);
  if (end < 0) return undefined;
  const inside = characters.slice(first, end);
  if (inside.some((one, at) => one === '[' && [':', '.', '='].includes(inside[at + 1] ?? '')))
    throw new RangeError('a character class depends on the locale');
  const ranges = rangesIn(inside);
  const test = (one: string): boolean => ranges.some(([from, to]) => from <= one && one <= to) !== isNegated;
  return { test, end };
}

function rangesIn(inside: readonly string[]): [from: string, to: string][] {
  const ranges: [string, string][] = [];
  for (let at = 0; at < inside.length; at++) {
    const from = inside[at] ?? '';
    const to = inside[at + 1] === '-' ? inside[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return ranges;
}
