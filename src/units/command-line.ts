/** Command lines as config_parse_exec() reads them: systemd.service(5), "COMMAND LINES". */

/** One Exec…= assignment as systemd reads it. */
export interface CommandLine {
  /** how many commands it takes from it; `;` separates them */
  readonly commands: number;
  /** why the rest is dropped: `fatal` if systemd gives up the whole file, `ignored` if it ignores only this line */
  readonly broken?: { readonly how: 'fatal' | 'ignored'; readonly why: string };
}

/** Settings that hold command lines. */
export function isCommandLine(section: string, key: string): boolean {
  return (
    (section === 'Service' || section === 'Socket') &&
    /^Exec(?:Condition|(?:Start|Stop)(?:Pre|Post)?|Reload)$/.test(key)
  );
}

/** One command as systemd starts it: the executable, then its arguments. */
export interface ExecCommand {
  readonly words: readonly string[];
  /** whether `-` stands before it, so that its failure does not count */
  readonly mayFail: boolean;
  /** its arguments as written, with variables still to replace; undefined if `:` keeps variables as they are */
  readonly variable: readonly string[] | undefined;
}

/** The words of a setting that is a list of quoted words, as Environment= is; none from a broken quote on. */
export function quotedWords(value: string): string[] {
  const found: string[] = [];
  for (let next = firstWord(value); next && next !== 'unbalanced'; next = firstWord(next.rest))
    found.push(next.word);
  return found;
}

/**
 * Reads the command lines of one assignment.
 * @param value the text after `=`, not empty
 * @param expand replaces the specifiers of a path
 */
export function readCommandLine(value: string, expand: (word: string) => string): CommandLine {
  const { commands, broken } = splitCommandLine(value, expand);
  return broken ? { commands: commands.length, broken } : { commands: commands.length };
}

/** Splits one assignment into the words of its commands, quotes and escapes taken off, variables as they are. */
export function splitCommandLine(
  value: string,
  expand: (word: string) => string,
): { readonly commands: readonly ExecCommand[]; readonly broken?: NonNullable<CommandLine['broken']> } {
  const commands: ExecCommand[] = [];
  let rest = value;
  for (;;) {
    const first = firstWord(rest);
    if (first === 'unbalanced')
      return { commands, broken: { how: 'ignored', why: 'its quotes are not balanced' } };
    if (!first) return { commands };
    rest = first.rest;
    if (first.word === ';') continue;
    const { path, mayFail, namesItself, keepsVariables } = withoutPrefix(first.word);
    const how = mayFail ? 'ignored' : 'fatal';
    const executable = expand(path);
    const why = whyNoExecutable(executable);
    if (why !== undefined) return { commands, broken: { how, why } };
    const next = takeArguments(rest);
    if (next === 'unbalanced') return { commands, broken: { how, why: 'its quotes are not balanced' } };
    if (namesItself && next.words.length === 0)
      return { commands, broken: { how, why: '"@" needs a name after the executable' } };
    const given = namesItself ? next.words.slice(1) : next.words;
    // `$$` stands for one `$`: systemd.service(5), "COMMAND LINES".
    const words = keepsVariables ? given : given.map((word) => word.replaceAll('$$', '$'));
    const variable = keepsVariables ? undefined : given;
    commands.push({ words: [executable, ...words], mayFail, variable });
    if (next.rest === undefined) return { commands };
    rest = next.rest;
  }
}

/** Takes off `-`, `@`, `:`, `+`, `!` and `!!`, each once; `-` lets a bad line be ignored. */
function withoutPrefix(word: string): {
  path: string;
  mayFail: boolean;
  namesItself: boolean;
  keepsVariables: boolean;
} {
  const seen = new Set<string>();
  let at = 0;
  for (; at < word.length; at++) {
    const mark = word.charAt(at);
    const privilege = mark === '+' || mark === '!' ? privilegeMark(mark, seen) : mark;
    if (
      privilege === undefined ||
      !['-', '@', ':', '+', '!', '!!'].includes(privilege) ||
      seen.has(privilege)
    )
      break;
    seen.add(privilege);
  }
  return {
    path: word.slice(at),
    mayFail: seen.has('-'),
    namesItself: seen.has('@'),
    keepsVariables: seen.has(':'),
  };
}

/** Only one of `+`, `!` and `!!` counts, but `!` may become `!!`. */
function privilegeMark(mark: string, seen: ReadonlySet<string>): string | undefined {
  if (seen.has('+') || seen.has('!!')) return undefined;
  if (!seen.has('!')) return mark;
  return mark === '!' ? '!!' : undefined;
}

function whyNoExecutable(path: string): string | undefined {
  if (path === '') return 'it names no executable';
  // eslint-disable-next-line no-control-regex -- string_is_safe()
  if (/[\x01-\x1f"'\\\x7f]/.test(path)) return 'the name of its executable has special characters';
  if (path.endsWith('/')) return 'its executable is a directory';
  const names = path.split('/');
  const tooLong = Buffer.byteLength(path) > 4095 || names.some((name) => Buffer.byteLength(name) > 255);
  const isName = names.length === 1 && path !== '.' && path !== '..';
  return tooLong || (!isName && !path.startsWith('/'))
    ? 'its executable is neither a name nor an absolute path'
    : undefined;
}

/** The arguments of a command, and what follows the `;` that ends it: undefined if it is the last one. */
function takeArguments(text: string): { words: string[]; rest: string | undefined } | 'unbalanced' {
  const words: string[] = [];
  let rest = text;
  while (rest !== '') {
    const separator = /^;(?:[ \t\n\r]+|$)/.exec(rest);
    if (separator) return { words, rest: rest.slice(separator[0].length) };
    const escaped = /^\\;(?:[ \t\n\r]+|$)/.exec(rest);
    const word = escaped ? { word: ';', rest: rest.slice(escaped[0].length) } : firstWord(rest);
    if (word === 'unbalanced') return word;
    if (!word) break;
    words.push(word.word);
    rest = word.rest;
  }
  return { words, rest: undefined };
}

/** extract_first_word() with quotes and C escapes; an unknown escape stays as it is. */
function firstWord(text: string): { word: string; rest: string } | 'unbalanced' | undefined {
  let at = /^[ \t\n\r]*/.exec(text)?.[0].length ?? 0;
  if (at === text.length) return undefined;
  let word = '';
  let quote = '';
  for (; at < text.length; at++) {
    const letter = text.charAt(at);
    if (letter === '\\') {
      const { means, length } = unescaped(text.slice(at + 1, at + 10));
      if (length === 0 && quote !== '') return 'unbalanced';
      word += means;
      at += length;
    } else if (quote !== '') {
      if (letter === quote) quote = '';
      else word += letter;
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (' \t\n\r'.includes(letter)) break;
    else word += letter;
  }
  if (quote !== '') return 'unbalanced';
  return { word, rest: text.slice(at).replace(/^[ \t\n\r]+/, '') };
}

const simpleEscapes = new Map(
  Object.entries({
    a: '\x07',
    b: '\b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
    '"': '"',
    "'": "'",
    s: ' ',
  }),
);

/** The character after a backslash: cunescape_one(). */
function unescaped(after: string): { means: string; length: number } {
  const simple = simpleEscapes.get(after.charAt(0));
  if (simple !== undefined) return { means: simple, length: 1 };
  const [whole = ''] = /^(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2})/.exec(after) ?? [];
  const isHex = /^[xuU]/.test(whole);
  const code = whole === '' ? 0 : parseInt(isHex ? whole.slice(1) : whole, isHex ? 16 : 8);
  if (code > 0 && code <= 0x10ffff) return { means: String.fromCodePoint(code), length: whole.length };
  return { means: `\\${after.charAt(0)}`, length: after === '' ? 0 : 1 };
}
