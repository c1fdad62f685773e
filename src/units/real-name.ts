import { baseName, type Files, type RootPath } from '../system/files.js';
import { parseUnit } from '../syntax/parse.js';
import { isMask } from './mask.js';
import { instanceOf, parseUnitName, type UnitType } from './name.js';
import { fileBehind, type NameMap } from './name-map.js';
import { readSettings } from './read-settings.js';

/** What a unit is called. */
export interface Identity {
  /** its real name */
  readonly id: string;
  /** all its names, in no order */
  readonly names: readonly string[];
}

/**
 * The names of a unit that is loaded from `fragment`, as unit_file_find_fragment() collects them: the name asked for
 * and its aliases and, where the file has another name, that one and the aliases of it. The real name is the
 * file's, the instance put into a template's; but where that instance has a file of its own, the name asked for stays.
 */
export function identityOf(map: NameMap, asked: string, fragment: RootPath): Identity {
  const file = baseName(fragment);
  const names = new Set([asked, ...(map.aliases.get(asked) ?? [])]);
  const others = file === asked ? [] : [file, ...(map.aliases.get(file) ?? [])];
  for (const other of others) {
    const name = filledIn(other, asked);
    // An instance that is loaded from another file is no alias of this one.
    const behind = name === other ? undefined : fileBehind(map, name);
    if (behind === undefined || baseName(behind) === file) names.add(name);
  }
  const real = filledIn(file, asked);
  return { id: names.has(real) ? real : asked, names: [...names.add(real)] };
}

/** A unit name with the instance of `asked` in it, where it is a template's and `asked` is an instance. */
function filledIn(name: string, asked: string): string {
  const template = parseUnitName(name);
  const instance = parseUnitName(asked)?.instance;
  return template?.kind === 'template' && instance ? instanceOf(template, instance) : name;
}

/**
 * The unit that a name in a dependency means. An alias that leads nowhere, or to a file that systemd cannot
 * load, keeps its own name.
 */
export function realName(files: Files, map: NameMap, name: string): string {
  const fragment = fileBehind(map, name);
  if (fragment === undefined) return name;
  const real = identityOf(map, name, fragment).id;
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
