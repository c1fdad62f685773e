import { baseName, inDirectory, parentOf, rootPath, type Files } from '../../system/files.js';
import { quotedWords } from '../../units/command-line.js';
import { expandInPath, expandSpecifiers } from '../../units/specifiers.js';
import type { Setting, Unit } from '../../units/unit.js';
import { globMatches } from '../findings/glob.js';
import { readText } from '../read-text.js';
import { readEnvironmentFile } from './environment-file.js';
import { WORD_MAX } from './word.js';

/** A variable; its value is undefined where the files do not tell it. */
export interface Variable {
  readonly value: string | undefined;
  /** the line that says it */
  readonly from: string;
}

/** The variables of a unit's commands; undefined for one that is not set. */
export type Environment = (name: string) => Variable | undefined;

/** What a unit's commands find in their environment: systemd.exec(5), "ENVIRONMENT VARIABLES". */
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

/** `NAME` or `NAME=value`, which takes it away only where it has that value. */
function unset({ value }: Setting): [name: string, value: string | undefined][] {
  return quotedWords(value).map((word) => {
    const [name = '', only] = word.split(/=(.*)/s);
    return [name, only];
  });
}

/** The variables of the files that one EnvironmentFile= names; undefined where that is not known. */
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
