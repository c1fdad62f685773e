import type { Files } from '../../files/files.js';
import type { Package, Template } from '../../firewalls/template.js';
import { distributionOf } from '../distribution.js';
import { type CheckContext, isInUse } from './check.js';
import { leadsOut } from './ways-out.js';

/**
 * How to get the unit to follow, which is missing: another one that does its work here, or the package that brings it.
 */
export function wayToGet(context: CheckContext, code: string, missing: string): string {
  const { template, files } = context;
  const ways = [...otherCandidate(context, code), ...packageWays(template, files, missing)];
  return ways.length > 0 ? ways.join('; or ') : 'name a unit that exists: --follow UNIT';
}

/** The candidate to follow instead of the refused unit; none if each of them would be refused too. */
export function otherCandidate(context: CheckContext, code: string): string[] {
  const found = candidatesHere(context).find(({ name }) => leadsOut(context, code, { follow: name }));
  return found ? [useInstead(found)] : [];
}

/** The packages to install for a unit that is missing, as ways out. */
export function packageWays(template: Template, files: Files, missing: string): string[] {
  return packagesFor(template, files, missing).map(install);
}

/** The template's candidates that exist here besides the refused one, the ones in use first. */
function candidatesHere(context: CheckContext): { name: string; isUsed: boolean }[] {
  const units = context.template.candidates.map((name) => context.withoutOurs.load(name));
  const there = new Set(units.filter(({ loadState }) => loadState === 'loaded').map(({ id }) => id));
  return [...there]
    .filter((name) => name !== context.follow.id)
    .map((name) => ({ name, isUsed: isInUse(context, name) }))
    .sort((a, b) => Number(b.isUsed) - Number(a.isUsed));
}

function useInstead({ name, isUsed }: { name: string; isUsed: boolean }): string {
  return `${name} ${isUsed ? 'is in use' : 'is there'}: --follow ${name}`;
}

/** The packages that bring a unit, or one that does its work, on the distribution of this root. */
function packagesFor({ packages }: Template, files: Files, missing: string): Package[] {
  for (const id of distributionOf(files)) {
    const found = packages.filter(({ distribution, wanted }) => distribution === id && wanted === missing);
    if (found.length > 0) return found;
  }
  return [];
}

function install({ name, unit, wanted }: Package): string {
  return `install the package ${name}${unit === wanted ? '' : `, which brings ${unit}`}`;
}
