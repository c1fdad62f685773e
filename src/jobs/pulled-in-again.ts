import type { Unit } from '../units/unit.js';
import { impliedDependencies } from './implied.js';
import { PULLING, staysActive, type Jobs } from './jobs.js';
import { parseUnitName } from '../units/name.js';
import type { Source } from '../units/unit.js';

/** A unit that pulls in another one, and what says so. */
export interface Pull {
  readonly by: string;
  /** `Wants=iptables.service` */
  readonly says: string;
  /** undefined for what systemd adds by itself */
  readonly from: Source | undefined;
}

/**
 * How a start of one unit starts another one that is down, or on its way down, while everything else is up.
 * @param down the units that are down, or being stopped: `wanted` and those that are stopped along with it
 * @returns the dependencies from `unit` to `wanted`; undefined if it starts nothing of the kind
 */
export function pulledInAgain(
  jobs: Jobs,
  unit: string,
  wanted: string,
  down: ReadonlySet<string>,
): readonly Pull[] | undefined {
  const start = jobs.load(unit).id;
  const ways = new Map<string, readonly Pull[]>([[start, []]]);
  for (const [name, way] of ways) {
    const here = jobs.load(name);
    // The job of a unit that is up already is dropped, and all that it alone pulls in: transaction_drop_redundant().
    if (name !== start && !down.has(name) && staysActive(here)) continue;
    for (const { unit: named, ...pull } of pullsOf(here)) {
      const other = jobs.load(named);
      if (other.loadState !== 'loaded' || ways.has(other.id)) continue;
      if (other.id === wanted) return [...way, pull];
      ways.set(other.id, [...way, pull]);
    }
  }
  return undefined;
}

function pullsOf(unit: Unit): (Pull & { readonly unit: string })[] {
  const declared = unit.dependencies.map(({ type, unit: other, from }) => ({
    type,
    unit: other,
    from: from[0],
  }));
  const implied = impliedDependencies(unit)
    .filter((one) => parseUnitName(one.unit))
    .map(({ type, unit: other }) => ({ type, unit: other, from: undefined }));
  return [...declared, ...implied]
    .filter(({ type }) => PULLING.includes(type))
    .map(({ type, unit: other, from }) => ({ by: unit.id, unit: other, says: `${type}=${other}`, from }));
}
