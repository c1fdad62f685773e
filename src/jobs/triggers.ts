import { parseUnitName, type UnitType } from '../units/name.js';
import type { Unit } from '../units/unit.js';
import { lastValue } from './implied.js';

/** The setting that names what a unit starts: systemd.timer(5), systemd.path(5), systemd.socket(5). */
const NAMED_BY: Partial<Record<UnitType, readonly [section: string, key: string]>> = {
  socket: ['Socket', 'Service'],
  timer: ['Timer', 'Unit'],
  path: ['Path', 'Unit'],
};

/** The unit that a timer, path or socket starts, as it is named: the service of its own name unless it says another. */
export function triggeredUnit(unit: Unit): string | undefined {
  const named = NAMED_BY[parseUnitName(unit.id)?.type ?? 'target'];
  return named && (lastValue(unit, ...named) ?? unit.id.replace(/\.[a-z]+$/, '.service'));
}
