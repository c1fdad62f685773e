import { baseName, type Files, type RootPath } from '../system/files.js';
import { parseUnit } from '../syntax/parse.js';
import { isMask } from './mask.js';
import { instanceOf, parseUnitName, type UnitType } from './name.js';
import { fileBehind, type NameMap } from './name-map.js';
import { readSettings } from './read-settings.js';

/**
 * The real name of a unit that is loaded from `fragment`: the file's own, the instance put into a template's. Where
 * that instance has a file of its own it is another unit, and the name stays.
 */
export function nameOfFragment(map: NameMap, name: string, fragment: RootPath): string {
  const real = filledIn(baseName(fragment), name);
  return real === name || fileBehind(map, real) === fragment ? real : name;
}

/** A file's unit name, with the instance of `name` in a template's. */
function filledIn(file: string, name: string): string {
  const template = parseUnitName(file);
  const instance = parseUnitName(name)?.instance;
  return template?.kind === 'template' && instance ? instanceOf(template, instance) : file;
}

/**
 * The unit that a name in a dependency means. An alias that leads nowhere, or to a file that systemd cannot
 * load, keeps its own name.
 */
export function realName(files: Files, map: NameMap, name: string): string {
  const fragment = fileBehind(map, name);
  if (fragment === undefined) return name;
  const real = nameOfFragment(map, name, fragment);
  const type = parseUnitName(name)?.type;
  return real === name || (type && isLoadable(files, fragment, type, name)) ? real : name;
}

function isLoadable(files: Files, fragment: RootPath, type: UnitType, name: string): boolean {
  try {
    if (isMask(files, fragment)) return true;
    return readSettings(parseUnit(files.read(fragment)), fragment, type, name).state === 'loaded';
  } catch {
    return false;
  }
}

/**
 * All names of a unit, as unit_file_find_fragment() collects them: the aliases of the name asked for and, where
 * the file has another name, that one and the aliases of it.
 */
export function namesOf(map: NameMap, asked: string, fragment: RootPath): string[] {
  const file = baseName(fragment);
  const names = [asked, ...(map.aliases.get(asked) ?? [])];
  if (file === asked) return [...new Set(names)];
  const isInstance = parseUnitName(asked)?.kind === 'instance';
  for (const alias of map.aliases.get(file) ?? []) {
    if (!isInstance || parseUnitName(alias)?.kind !== 'template') names.push(alias);
    // An instance that is loaded from another file is no alias of this one.
    else if (fileBehind(map, filledIn(alias, asked)) === fragment) names.push(filledIn(alias, asked));
  }
  return [...new Set([...names, filledIn(file, asked)])];
}
