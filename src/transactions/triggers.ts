import { lastValue, type Unit } from '../units/unit.js';
import { triggeredUnit } from './standard-targets.js';

/**
 * The timer, path or socket that starts a unit again and again.
 * @param units those in use, by their names
 */
export function triggerOf(
  unit: Unit,
  units: Iterable<string>,
  load: (name: string) => Unit,
): Unit | undefined {
  return [...units]
    .filter((name) => /\.(?:timer|path|socket)$/.test(name))
    .map(load)
    .find(
      (one) => one.loadState === 'loaded' && repeats(one) && unit.names.includes(triggeredUnit(one) ?? ''),
    );
}

/** systemd.timer(5): a time that counts from the boot, or from the timer's own start, comes once. */
function repeats(trigger: Unit): boolean {
  if (!trigger.id.endsWith('.timer')) return true;
  return ['OnCalendar', 'OnUnitActiveSec', 'OnUnitInactiveSec'].some(
    (key) => lastValue(trigger, 'Timer', key) !== undefined,
  );
}
