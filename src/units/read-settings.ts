import type { RootPath } from '../system/files.js';
import { parseUnit } from '../syntax/parse.js';
import { isCommandLine, readCommandLine, type CommandLine } from './command-line.js';
import { hasInvalidValue } from './fixed-values.js';
import type { UnitType } from './name.js';
import { settingsOfFile, type FileSettings } from './settings-of-file.js';
import { expandInPath } from './specifiers.js';
import type { Problem, Setting } from './unit.js';

/** What one file says, as far as systemd reads it. */
export interface ReadSettings extends FileSettings {
  /** `error` or `bad-setting` where the rest of the file is dropped; a fragment so broken does not load. */
  readonly state: 'loaded' | 'error' | 'bad-setting';
}

/** What was read once, by the bytes: one plan loads the same units with and without what it would write. */
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
