import type { Unit } from '../units/unit.js';
import { restartsInBackground } from './background-restart.js';
import { isCommand } from './wanted.js';

/** One unit's own word about another one: `Requires=`, `After=`, or a command that has it restarted. */
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
  const dependencies = unit.dependencies.filter(({ unit: to }) => to === other.id).map(({ type }) => type);
  const commands = unit.directives
    .filter((setting) => isCommand(setting) && restartsInBackground(setting.value, other.names))
    .map(({ key }) => key);
  return [...dependencies, ...new Set(commands)].map((type) => ({ of: unit.id, type, to: other.id }));
}
