import type { Unit } from '../units/unit.js';

/** One unit's own word about another one: `Requires=` or `After=`, for example. */
export interface Tie {
  /** the unit that says it */
  readonly of: string;
  readonly type: string;
  /** the unit that it is about */
  readonly to: string;
}

/** All that two units say of each other, before a plan and after it. */
export interface Ties {
  readonly before: readonly Tie[];
  readonly after: readonly Tie[];
}

/** All that a unit and others say of each other, each word once. */
export function tiesOf(unit: Unit, others: readonly Unit[]): Tie[] {
  return others.flatMap((other) => [...said(unit, other), ...said(other, unit)]);
}

function said(unit: Unit, other: Unit): Tie[] {
  return unit.dependencies
    .filter(({ unit: to }) => to === other.id)
    .map(({ type }) => ({ of: unit.id, type, to: other.id }));
}
