import { baseName, type Files, type RootPath } from '../system/files.js';
import { parseUnit } from '../syntax/parse.js';
import { isMask } from './mask.js';
import { instanceOf, parseUnitName, templateOf } from './name.js';
import { fileBehind, type NameMap } from './name-map.js';

/**
 * The file that a unit would be loaded from: its own, or its template's (unit_file_find_fragment()).
 * @returns undefined where the load path has none; the path may still be a link to nowhere
 */
export function fragmentOf(map: NameMap, name: string): RootPath | undefined {
  const own = fileBehind(map, name);
  const parsed = parseUnitName(name);
  if (own !== undefined || parsed?.kind !== 'instance') return own;
  return fileBehind(map, templateOf(parsed));
}

/** The real name of a unit that is loaded from `fragment`: the file's own, the instance put into a template's. */
export function nameOfFragment(name: string, fragment: RootPath): string {
  const file = parseUnitName(baseName(fragment));
  const asked = parseUnitName(name);
  if (!file || !asked) return name;
  return file.kind === 'template' && asked.instance ? instanceOf(file, asked.instance) : file.name;
}

/**
 * The unit that a name in a dependency means. An alias that leads nowhere, or to a file that systemd cannot
 * load, keeps its own name.
 */
export function realName(files: Files, map: NameMap, name: string): string {
  const fragment = fragmentOf(map, name);
  if (fragment === undefined) return name;
  const real = nameOfFragment(name, fragment);
  return real === name || isLoadable(files, fragment) ? real : name;
}

function isLoadable(files: Files, fragment: RootPath): boolean {
  try {
    return isMask(files, fragment) || parseUnit(files.read(fragment)).fatal === undefined;
  } catch {
    return false;
  }
}

/** All names of a unit: its own, and the aliases that lead to it or, for an instance, to its template. */
export function namesOf(map: NameMap, id: string): string[] {
  const names = new Set([id, ...(map.aliases.get(id) ?? [])]);
  const parsed = parseUnitName(id);
  if (parsed?.kind === 'instance') {
    for (const alias of map.aliases.get(templateOf(parsed)) ?? []) {
      const template = parseUnitName(alias);
      const instance = template?.kind === 'template' ? instanceOf(template, parsed.instance ?? '') : alias;
      // An instance that has a file of its own is no alias of this one.
      const other = map.entries.has(instance) ? fragmentOf(map, instance) : undefined;
      if (other === undefined || nameOfFragment(instance, other) === id) names.add(instance);
    }
  }
  return [...names];
}
