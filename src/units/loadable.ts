import { errorCode } from '../errors.js';
import type { Files, RootPath } from '../system/files.js';
import { parseUnit } from '../syntax/parse.js';
import { isCommandLine } from './command-line.js';
import { isMask } from './mask.js';
import type { UnitType } from './name.js';
import type { NameMap } from './name-map.js';
import { breaksTheFile } from './read-settings.js';
import { settingsOfFile } from './settings-of-file.js';
import type { Setting } from './unit.js';

/** What decides whether a fragment loads: nothing does, or these command lines, filled in with the unit's name. */
type Verdict = false | readonly Setting[];

/** A fragment may have thousands of names, so each is read once. */
const verdicts = new WeakMap<NameMap, Map<string, Verdict>>();

/** Whether systemd can load a fragment for the name of a unit, or takes it for a mask. */
export function isLoadable(
  files: Files,
  map: NameMap,
  fragment: RootPath,
  type: UnitType,
  name: string,
): boolean {
  const known = verdicts.get(map) ?? new Map<string, Verdict>();
  verdicts.set(map, known);
  const key = `${fragment}/${type}`;
  const verdict = known.get(key) ?? verdictOn(files, fragment, type, name);
  known.set(key, verdict);
  return verdict !== false && !verdict.some((setting) => breaksTheFile(setting, name));
}

function verdictOn(files: Files, fragment: RootPath, type: UnitType, name: string): Verdict {
  try {
    if (isMask(files, fragment)) return [];
    const file = parseUnit(files.read(fragment));
    if (file.fatal) return false;
    const { settings } = settingsOfFile(file, fragment, type);
    const each = new Map(settings.map((setting) => [`${setting.key}=${setting.value}`, setting]));
    const hasName = ({ value }: Setting): boolean => value.includes('%');
    const fixed = [...each.values()].filter((setting) => !hasName(setting));
    if (fixed.some((setting) => breaksTheFile(setting, name))) return false;
    return [...each.values()].filter(
      (setting) => isCommandLine(setting.section, setting.key) && hasName(setting),
    );
  } catch (error) {
    if (errorCode(error) === '') throw error;
    return false;
  }
}
