import { parseUnitName } from '../units/name.js';
import type { Source, Unit } from '../units/unit.js';
import { implicitDependencies } from './implicit.js';
import { type Transactions, PULLING, staysActive } from './transactions.js';

/** One unit does not start without another, and the setting that says so. */
export interface Need {
  /** the unit that says it */
  readonly by: string;
  readonly needed: string;
  /** where; undefined for what systemd adds by itself */
  readonly from: Source | undefined;
  /** the setting for which systemd adds it, such as `Slice=` */
  readonly because: string | undefined;
}

/** A unit without which another one does not start, and the steps that lead there. */
export interface Needed {
  readonly unit: Unit;
  readonly way: readonly Need[];
}

/** What a start brings along or, with Requisite=, verifies: it fails if that unit cannot be loaded. */
const NEEDING = ['Requires', 'BindsTo', 'Requisite'];

/**
 * Every unit without which the start of this one fails, loaded or not, by the shortest way. Whether one of them is
 * active already makes no difference: systemd puts all of them into the transaction first.
 */
export function needsOf(transactions: Transactions, name: string): readonly Needed[] {
  const needs = new Map<string, Needed>();
  const started = new Map<string, readonly Need[]>([[transactions.load(name).id, []]]);
  // A map that grows while it is walked: what is required brings its own requirements.
  for (const [id, way] of started)
    for (const { isStarted, ...need } of needsBy(transactions.load(id))) {
      const unit = transactions.load(need.needed);
      if (need.because !== undefined && !isAdded(unit)) continue;
      const longer = [...way, { ...need, needed: unit.id }];
      if (!needs.has(unit.id)) needs.set(unit.id, { unit, way: longer });
      if (isStarted && !started.has(unit.id)) started.set(unit.id, longer);
    }
  return [...needs.values()];
}

/** For a path systemd adds the mounts that it finds; other units that it adds are part of every whole system. */
export function isAdded({ id, loadState }: Unit): boolean {
  if (loadState === 'masked') return parseUnitName(id)?.type !== 'mount';
  return loadState !== 'not-found';
}

/** systemd.unit(5), Requisite=: a unit that is only verified is not started, and its own requirements do not count. */
function needsBy(unit: Unit): (Need & { readonly isStarted: boolean })[] {
  const declared = unit.dependencies
    .filter(({ type }) => NEEDING.includes(type))
    .map(({ type, unit: needed, from: [from] }) => ({
      by: unit.id,
      needed,
      from,
      because: undefined,
      isStarted: type !== 'Requisite',
    }));
  const implied = implicitDependencies(unit)
    .filter(({ type, unit: needed }) => type === 'Requires' && parseUnitName(needed))
    .map(({ unit: needed, by }) => ({ by: unit.id, needed, from: undefined, because: by, isStarted: true }));
  return [...declared, ...implied];
}

/** A unit that pulls in another one, and the setting that says so. */
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
 * @returns the dependencies from `unit` to `wanted`; undefined if it does not start that one
 */
export function pulledInAgain(
  transactions: Transactions,
  unit: string,
  wanted: string,
  down: ReadonlySet<string>,
): readonly Pull[] | undefined {
  const start = transactions.load(unit).id;
  const ways = new Map<string, readonly Pull[]>([[start, []]]);
  for (const [name, way] of ways) {
    const here = transactions.load(name);
    // The job of a unit that is up already is dropped, and all that it alone pulls in: transaction_drop_redundant().
    if (name !== start && !down.has(name) && staysActive(here)) continue;
    for (const { unit: named, ...pull } of pullsOf(here)) {
      const other = transactions.load(named);
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
  const implied = implicitDependencies(unit)
    .filter((one) => parseUnitName(one.unit))
    .map(({ type, unit: other }) => ({ type, unit: other, from: undefined }));
  return [...declared, ...implied]
    .filter(({ type }) => PULLING.includes(type))
    .map(({ type, unit: other, from }) => ({ by: unit.id, unit: other, says: `${type}=${other}`, from }));
}
