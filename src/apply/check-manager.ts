import { coveringTypes } from '../plan/in-force.js';
import type { Plan } from '../plan/plan.js';
import type { Manager } from '../system/system.js';

/**
 * Asks the manager whether it has in force what the plan says, on the unit's side, since the other unit knows
 * nothing of it while this one is not loaded.
 * @param plan one that has been applied, or one that has nothing to change
 * @returns why the manager does not agree; undefined where it does
 */
export function whyManagerDisagrees(manager: Manager, plan: Plan): string | undefined {
  // What was written must be there as it was written; what was in force may be so by something stronger.
  const expected = [
    ...plan.missing.map(split).map(({ type, unit }) => ({ type, unit, by: [type] })),
    ...plan.inForce
      .map(({ setting }) => split(setting))
      .map(({ type, unit }) => ({ type, unit, by: coveringTypes(type) })),
  ];
  // An order may be said by the other side as well, and what is no service may be required by default.
  const gone = plan.gone.map(split).filter(({ type, unit }) => type !== 'After' && unit.endsWith('.service'));
  const types = new Set([...expected.flatMap(({ by }) => by), ...gone.map(({ type }) => type)]);
  const { status, stdout, stderr } = manager.show(plan.unit, ['LoadState', 'DropInPaths', ...types]);
  if (status !== 0) return stderr.trim() || 'systemctl show failed';
  const shown = new Map(
    stdout.split('\n').map((line) => {
      const { type, unit } = split(line);
      return [type, unit.split(' ')];
    }),
  );
  const has = (property: string, value: string): boolean => shown.get(property)?.includes(value) ?? false;
  // What is taken back may belong to a unit that is gone.
  if (plan.relation !== null && !has('LoadState', 'loaded'))
    return `systemd says that ${plan.unit} is ${shown.get('LoadState')?.join(' ') ?? 'unknown'}`;
  for (const { type, unit, by } of expected)
    if (!by.some((property) => has(property, unit)))
      return `systemd does not list ${unit} in ${type}= of ${plan.unit}`;
  for (const { type, unit } of gone)
    if (has(type, unit)) return `systemd still lists ${unit} in ${type}= of ${plan.unit}`;
  for (const { path, after } of plan.changes)
    if (has('DropInPaths', path) !== (after !== null))
      return `systemd ${after === null ? 'still lists' : 'does not list'} ${path} in DropInPaths= of ${plan.unit}`;
  return undefined;
}

/** The two sides of the first `=`. */
function split(line: string): { type: string; unit: string } {
  const equals = line.indexOf('=');
  return { type: line.slice(0, equals), unit: line.slice(equals + 1) };
}
