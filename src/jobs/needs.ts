import { parseUnitName } from '../units/name.js';
import type { Source, Unit } from '../units/unit.js';
import { impliedDependencies } from './implied.js';
import type { Jobs } from './jobs.js';

/** One unit does not start without another, and what says so. */
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
export function needsOf(jobs: Jobs, name: string): readonly Needed[] {
  const needs = new Map<string, Needed>();
  const started = new Map<string, readonly Need[]>([[jobs.load(name).id, []]]);
  // A map that grows while it is walked: what is required brings its own requirements.
  for (const [id, way] of started)
    for (const { isStarted, ...need } of needsBy(jobs.load(id))) {
      const unit = jobs.load(need.needed);
      if (need.because !== undefined && !isAdded(unit)) continue;
      const longer = [...way, { ...need, needed: unit.id }];
      if (!needs.has(unit.id)) needs.set(unit.id, { unit, way: longer });
      if (isStarted && !started.has(unit.id)) started.set(unit.id, longer);
    }
  return [...needs.values()];
}

/** For a path systemd adds the mounts that it finds; other units that it adds are part of every whole system. */
function isAdded({ id, loadState }: Unit): boolean {
  if (loadState === 'masked') return parseUnitName(id)?.type !== 'mount';
  return loadState !== 'not-found';
}

/** systemd.unit(5), Requisite=: what is only verified is not started, and its own requirements do not count. */
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
  const implied = impliedDependencies(unit)
    .filter(({ type, unit: needed }) => type === 'Requires' && parseUnitName(needed))
    .map(({ unit: needed, by }) => ({ by: unit.id, needed, from: undefined, because: by, isStarted: true }));
  return [...declared, ...implied];
}
