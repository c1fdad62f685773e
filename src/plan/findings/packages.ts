import ini from 'ini';
import type { Files } from '../../system/files.js';
import { readText } from '../read-text.js';
import type { Package, Template } from '../template.js';
import { isInUse, type Situation } from './situation.js';

/** How to get a unit that is missing: another one that does its work here, or the package that brings it. */
export function wayToGet(situation: Situation, missing: string): string {
  const { template, files } = situation;
  const ways = [
    ...candidatesHere(situation).map(useInstead),
    ...packagesFor(template, files, missing).map(install),
  ];
  return ways.length > 0 ? ways.join('; or ') : 'name a unit that exists: --follow UNIT';
}

/** The template's candidates that exist here, the ones in use first. */
function candidatesHere(situation: Situation): { name: string; isUsed: boolean }[] {
  const units = situation.template.candidates.map((name) => situation.without.load(name));
  const there = new Set(units.filter(({ loadState }) => loadState === 'loaded').map(({ id }) => id));
  return [...there]
    .map((name) => ({ name, isUsed: isInUse(situation, name) }))
    .sort((a, b) => Number(b.isUsed) - Number(a.isUsed))
    .slice(0, 1);
}

function useInstead({ name, isUsed }: { name: string; isUsed: boolean }): string {
  return `${name} ${isUsed ? 'is in use' : 'is there'}: --follow ${name}`;
}

/** The packages that bring a unit, or one that does its work, on the distribution of this root. */
function packagesFor({ packages }: Template, files: Files, missing: string): Package[] {
  for (const id of distribution(files)) {
    const found = packages.filter(({ distribution, wanted }) => distribution === id && wanted === missing);
    if (found.length > 0) return found;
  }
  return [];
}

function install({ name, unit, wanted }: Package): string {
  return `install the package ${name}${unit === wanted ? '' : `, which brings ${unit}`}`;
}

/** The distribution of a root, and those that it is like: os-release(5). */
function distribution(files: Files): string[] {
  for (const path of ['/etc/os-release', '/usr/lib/os-release']) {
    const read = readText(files, path);
    if (typeof read !== 'object') continue;
    const values: Readonly<Record<string, unknown>> = ini.parse(read.text);
    return [values.ID, values.ID_LIKE].flatMap((value) =>
      typeof value === 'string' ? value.split(/\s+/) : [],
    );
  }
  return [];
}
