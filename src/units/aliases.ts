import { baseName, type Files, type RootPath } from '../files/files.js';
import { isLoadable } from './load-state.js';
import { fileBehind, type NameMap } from './name-map.js';
import { instanceOf, parseUnitName } from './name.js';

/** The names of a unit. */
export interface Identity {
  /** its real name */
  readonly id: string;
  /** all its names, in no order */
  readonly names: readonly string[];
}

/**
 * The names of a unit that is loaded from `fragment`, as unit_file_find_fragment() collects them: the requested name
 * and its aliases and, if the file has another name, that one and its aliases. The real name is the file's, with the
 * instance if it is a template; but if that instance has its own file, the requested name stays.
 */
export function identityOf(map: NameMap, requestedName: string, fragment: RootPath): Identity {
  const file = baseName(fragment);
  const names = new Set([requestedName, ...(map.aliases.get(requestedName) ?? [])]);
  const others = file === requestedName ? [] : [file, ...(map.aliases.get(file) ?? [])];
  for (const other of others) {
    const name = filledIn(other, requestedName);
    // An instance that is loaded from another file is not an alias of this one.
    const behind = name === other ? undefined : fileBehind(map, name);
    if (behind === undefined || baseName(behind) === file) names.add(name);
  }
  const real = filledIn(file, requestedName);
  return { id: idOf(map, requestedName, file), names: [...names.add(real)] };
}

/** The real name alone: a unit may have thousands of names, and as many may be requested. */
function idOf({ entries, aliases }: NameMap, requestedName: string, file: string): string {
  const real = filledIn(file, requestedName);
  if (real === requestedName || real === file) return real;
  const behind = fileBehind({ entries }, real);
  const isFree = behind === undefined || baseName(behind) === file;
  const isAlias = (name: string): boolean => aliases.get(name)?.includes(real) ?? false;
  return isFree || isAlias(requestedName) || isAlias(file) ? real : requestedName;
}

/** A template's name with the instance of the requested name in it; any other name as it is. */
function filledIn(name: string, requestedName: string): string {
  const template = parseUnitName(name);
  const instance = parseUnitName(requestedName)?.instance;
  return template?.kind === 'template' && instance ? instanceOf(template, instance) : name;
}

/**
 * The unit that a name in a dependency means. An alias that leads nowhere, or to a file that systemd cannot
 * load, keeps its own name.
 */
export function realName(files: Files, map: NameMap, name: string): string {
  const fragment = fileBehind(map, name);
  if (fragment === undefined) return name;
  const real = idOf(map, name, baseName(fragment));
  const type = parseUnitName(name)?.type;
  return real === name || (type && isLoadable(files, map, fragment, type, name)) ? real : name;
}
