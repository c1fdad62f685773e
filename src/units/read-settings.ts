import type { RootPath } from '../files/files.js';
import { parseUnit } from '../syntax/parse.js';
import { words } from '../syntax/scan.js';
import type { Assignment, UnitFile } from '../syntax/unit-file.js';
import { type CommandLine, isCommandLine, readCommandLine } from './command-line.js';
import type { UnitType } from './name.js';
import { AbridgedProblems } from './problems.js';
import { dependencyType, isKnownSetting, sectionsKnowing, sectionsOf } from './settings.js';
import { expandInPath } from './specifiers.js';
import type { Problem, Setting } from './unit.js';
import { hasInvalidValue } from './values.js';

/** The settings of one file, and what systemd ignores in it. */
export interface FileSettings {
  readonly settings: readonly Setting[];
  readonly problems: readonly Problem[];
}

/**
 * Reads the settings of one parsed file as config_parse() hands them on: sections and keys that systemd does not know
 * are ignored, `X-…` sections in silence.
 * @param path where the file lies, for the sources
 * @param type the unit's type: it decides which sections count
 */
export function settingsOfFile(file: UnitFile, path: RootPath, type: UnitType): FileSettings {
  const known = sectionsOf(type);
  const settings: Setting[] = [];
  const problems = new AbridgedProblems<Problem>();
  for (const problem of file.problems)
    problems.add(problem.code, () => ({
      ...problem,
      file: path,
      text: problem === file.fatal ? `${problem.text}; systemd drops the rest of this file` : problem.text,
    }));
  for (const node of file.nodes) {
    if (node.kind === 'section' && !known.includes(node.name) && !node.name.startsWith('X-'))
      addProblem(
        'unknown-section',
        node.line,
        () => `a ${type} has no section [${node.name}]; systemd ignores it`,
      );
    if (node.kind !== 'assignment') continue;
    const { section, key, value, line } = node;
    const passedOver = whyPassedOver(node, known);
    if (passedOver) addProblem(passedOver.code, line, passedOver.text);
    else if (section !== undefined && known.includes(section) && isKnownSetting(section, key))
      settings.push({ section, key, value, file: path, line });
  }
  return { settings, problems: problems.listed().sort((a, b) => (a.line ?? 0) - (b.line ?? 0)) };

  function addProblem(code: string, line: number, text: () => string): void {
    problems.add(code, () => ({ code, file: path, line, text: text() }));
  }
}

function whyPassedOver(
  node: Assignment,
  known: readonly string[],
): { code: string; text: () => string } | undefined {
  const { section, key } = node;
  if (section === undefined)
    return { code: 'no-section', text: () => `${key}= stands before any section; systemd ignores it` };
  if (!known.includes(section) || isKnownSetting(section, key) || key.startsWith('X-')) return undefined;
  const right = sectionsKnowing(key).filter((candidate) => known.includes(candidate));
  if (right.length > 0)
    return {
      code: 'wrong-section',
      text: () => `${key}= belongs to [${right.join('] or [')}], not to [${section}]; systemd ignores it`,
    };
  return { code: 'unknown-setting', text: () => `systemd knows no ${key}= in [${section}] and ignores it` };
}

/** The words of the dependencies that a setting declares; empty for a setting that is not a dependency. */
export function dependencyWords(setting: Setting): string[] {
  return dependencyType(setting.section, setting.key) === undefined ? [] : words(setting.value);
}

/** The settings of one file, as far as systemd reads it. */
export interface ReadSettings extends FileSettings {
  /** `error` or `bad-setting` if the rest of the file is dropped; a fragment so broken does not load. */
  readonly state: 'loaded' | 'error' | 'bad-setting';
}

/**
 * Files that were read once, by their bytes: one plan loads the same units with and without what it would write, and
 * settings that are the same objects are split once, see commandsOf(): without it long scripts take half as long
 * again.
 */
const known = new WeakMap<Buffer, Map<string, ReadSettings>>();

/**
 * Reads one file up to where systemd gives it up: bad syntax, or a command line that cannot be used.
 * @param bytes what the file holds; nobody may change them afterwards
 * @param path where the file lies, for the sources
 * @param type the unit's type
 * @param name what the specifiers in command lines are made from
 */
export function readSettings(bytes: Buffer, path: RootPath, type: UnitType, name: string): ReadSettings {
  const readings = known.get(bytes) ?? new Map<string, ReadSettings>();
  const key = `${type} ${name} ${path}`;
  const read = readings.get(key) ?? readAnew(bytes, path, type, name);
  known.set(bytes, readings.set(key, read));
  return read;
}

function readAnew(bytes: Buffer, path: RootPath, type: UnitType, name: string): ReadSettings {
  const file = parseUnit(bytes);
  const all = settingsOfFile(file, path, type);
  const settings: Setting[] = [];
  const problems: Problem[] = [...all.problems];
  for (const setting of all.settings) {
    if (hasInvalidValue(setting)) {
      problems.push(badValue(setting));
      continue;
    }
    const line = commandLine(setting, name);
    if (line?.broken) problems.push(badCommand(setting, line.broken));
    if (line?.broken?.how === 'fatal') return { settings, problems, state: 'bad-setting' };
    if (!line?.broken || line.commands > 0) settings.push(setting);
  }
  return { settings, problems, state: file.fatal ? 'error' : 'loaded' };
}

/** Whether a command line makes systemd give up the file, once its specifiers are filled in from `name`. */
export function breaksTheFile(setting: Setting, name: string): boolean {
  return commandLine(setting, name)?.broken?.how === 'fatal';
}

function commandLine({ section, key, value }: Setting, name: string): CommandLine | undefined {
  if (value === '' || !isCommandLine(section, key)) return undefined;
  return readCommandLine(value, (path) => expandInPath(path, name));
}

function badCommand({ key, file, line }: Setting, { how, why }: NonNullable<CommandLine['broken']>): Problem {
  const outcome = how === 'fatal' ? 'systemd drops the rest of this file' : 'systemd ignores it';
  return { code: 'bad-command', file, line, text: `${key}= cannot be used, ${why}; ${outcome}` };
}

function badValue({ key, value, file, line }: Setting): Problem {
  const text = `${key}= has no value ${JSON.stringify(value)}; systemd ignores it`;
  return { code: 'bad-value', file, line, text };
}
