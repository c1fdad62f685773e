import { baseName, type Files, inDirectory, parentOf, rootPath } from '../../files/files.js';
import { globMatches } from '../../files/glob.js';
import { readText } from '../../files/read-text.js';
import { quotedWords } from '../../units/command-line.js';
import { expandInPath, expandSpecifiers } from '../../units/specifiers.js';
import type { Setting, Unit } from '../../units/unit.js';
import { WORD_MAX } from './flags.js';

/** A variable as a file assigns it. */
export interface EnvironmentAssignment {
  readonly name: string;
  readonly value: string;
  /** the line of its name, counted from 1 */
  readonly line: number;
}

const SPACE = /[ \t\n\r]/;
const NEWLINE = /[\n\r]/;

/** Reads what EnvironmentFile= names, as parse_env_file_internal() does: systemd.exec(5), "EnvironmentFile=". */
export function readEnvironmentFile(text: string): EnvironmentAssignment[] {
  const found: EnvironmentAssignment[] = [];
  let line = 1;
  let at = 0;
  const take = (): string => {
    const letter = text.charAt(at++);
    if (letter === '\n') line++;
    return letter;
  };
  while (at < text.length) {
    if (SPACE.test(text.charAt(at))) take();
    else if (/[#;]/.test(text.charAt(at))) while (at < text.length && !NEWLINE.test(take()));
    else {
      const started = line;
      const name = takeName(text, at);
      at += name.length;
      if (text.charAt(at) !== '=') continue;
      at++;
      const value = takeValue(take, () => at < text.length);
      // env_name_is_valid(): `export NAME` is not a name.
      const key = name.trimEnd();
      if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) found.push({ name: key, value, line: started });
    }
  }
  return found;
}

function takeName(text: string, at: number): string {
  return /^[^=\n\r]*/.exec(text.slice(at, at + 4096))?.[0] ?? '';
}

/** Quotes may begin and end anywhere in a value; outside of them white space at its ends does not count. */
function takeValue(take: () => string, isMore: () => boolean): string {
  let value = '';
  let kept = 0;
  // A quote counts only where a part of the value begins, and a word begins no other one.
  let isPlain = false;
  while (isMore()) {
    const letter = take();
    if (NEWLINE.test(letter)) break;
    if (letter === '\\') {
      const next = isMore() ? take() : '';
      if (!NEWLINE.test(next)) value += next;
      isPlain = true;
      kept = value.length;
    } else if (!isPlain && (letter === "'" || letter === '"')) {
      value += takeQuoted(letter, take, isMore);
      kept = value.length;
    } else if (isPlain || !SPACE.test(letter)) {
      value += letter;
      isPlain = true;
      if (!SPACE.test(letter)) kept = value.length;
    }
  }
  return value.slice(0, kept);
}

function takeQuoted(quote: string, take: () => string, isMore: () => boolean): string {
  let value = '';
  while (isMore()) {
    const letter = take();
    if (letter === quote) break;
    if (letter !== '\\' || quote === "'") value += letter;
    else {
      const next = isMore() ? take() : '';
      // As in a shell: a backslash counts before these alone, and before the end of a line.
      if (next !== '\n') value += /["\\`$]/.test(next) ? next : `\\${next}`;
    }
  }
  return value;
}

/** A variable; its value is undefined if the files do not tell it. */
export interface Variable {
  readonly value: string | undefined;
  /** the line that says it */
  readonly from: string;
}

/** The variables of a unit's commands; undefined for one that is not set. */
export type Environment = (name: string) => Variable | undefined;

/** The environment of a unit's commands: systemd.exec(5), "ENVIRONMENT VARIABLES". */
export function environmentOf(files: Files, unit: Unit): Environment {
  const settings = (key: string): Setting[] =>
    unit.directives.filter((one) => one.section === 'Service' && one.key === key);
  // The later ones win, and so do the files over Environment=.
  const known = new Map<string, Variable>([
    ...settings('PassEnvironment').flatMap(passed),
    ...settings('Environment').flatMap((setting) => assigned(setting, unit)),
  ]);
  let rest: Variable | undefined;
  for (const setting of settings('EnvironmentFile')) {
    const read = readFiles(files, setting.value, unit);
    if (!read) {
      known.clear();
      rest = { value: undefined, from: lineOf(setting) };
    }
    for (const [name, variable] of read ?? []) known.set(name, variable);
  }
  for (const [name, value] of settings('UnsetEnvironment').flatMap(unset))
    if (value === undefined || known.get(name)?.value === value) known.delete(name);
  return (name) => withinLimits(known.get(name) ?? rest);
}

function withinLimits(variable: Variable | undefined): Variable | undefined {
  const isTooLong = (variable?.value?.length ?? 0) > WORD_MAX;
  return variable && isTooLong ? { ...variable, value: undefined } : variable;
}

function passed(setting: Setting): [string, Variable][] {
  return quotedWords(setting.value).map((name) => [name, { value: undefined, from: lineOf(setting) }]);
}

function assigned(setting: Setting, unit: Unit): [string, Variable][] {
  return quotedWords(setting.value).flatMap((word): [string, Variable][] => {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(expandInPath(word, unit.id)) ?? [];
    return name === undefined ? [] : [[name, { value, from: lineOf(setting) }]];
  });
}

/** `NAME` or `NAME=value`, which removes it only if it has that value. */
function unset({ value }: Setting): [name: string, value: string | undefined][] {
  return quotedWords(value).map((word) => {
    const [name = '', only] = word.split(/=(.*)/s);
    return [name, only];
  });
}

/** The variables of the files that one EnvironmentFile= names; undefined if that is not known. */
function readFiles(files: Files, value: string, unit: Unit): [string, Variable][] | undefined {
  const path = expandSpecifiers(value.replace(/^-/, ''), unit.id);
  const paths = path?.startsWith('/') === true ? filesAt(files, path) : undefined;
  const found: [string, Variable][] = [];
  for (const one of paths ?? []) {
    const read = readText(files, one);
    if (read === 'unreadable') return undefined;
    for (const { name, value: text, line } of readEnvironmentFile(read?.text ?? ''))
      found.push([name, { value: text, from: `${one}:${line}` }]);
  }
  return paths && found;
}

/** The last part of the path may be a pattern: glob(7). */
function filesAt(files: Files, path: string): string[] | undefined {
  if (!/[*?[]/.test(path)) return [path];
  const directory = parentOf(rootPath(path));
  const pattern = baseName(path);
  if (/[*?[]/.test(directory)) return undefined;
  try {
    const names = files.list(directory)?.names() ?? [];
    const matches = names.filter(
      (name) => (!name.startsWith('.') || pattern.startsWith('.')) && globMatches(pattern, name),
    );
    return matches.sort().map((name) => inDirectory(directory, name));
  } catch {
    return undefined;
  }
}

/** The place of a setting, as messages name it. */
export function lineOf({ file, line }: Pick<Setting, 'file' | 'line'>): string {
  return `${file}:${line}`;
}
