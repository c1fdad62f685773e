import type { Manager } from '../system/system.js';
import type { Plan } from '../plan/plan.js';

/**
 * Asks the manager whether it made of the change what was planned: on the unit's side, since the other unit
 * knows nothing of it while this one is not loaded.
 * @throws Error where it does not agree
 */
export function checkManager(manager: Manager, plan: Plan): void {
  const wanted = plan.missing.map((setting) => {
    const equals = setting.indexOf('=');
    return { type: setting.slice(0, equals), unit: setting.slice(equals + 1) };
  });
  const properties = ['LoadState', 'DropInPaths', ...new Set(wanted.map(({ type }) => type))];
  const { status, stdout, stderr } = manager.show(plan.unit, properties);
  if (status !== 0) throw new Error(stderr.trim() || 'systemctl show failed');
  const shown = new Map(
    stdout.split('\n').map((line) => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals), line.slice(equals + 1).split(' ')];
    }),
  );
  const has = (property: string, value: string): boolean => shown.get(property)?.includes(value) ?? false;
  if (!has('LoadState', 'loaded'))
    throw new Error(`systemd says that ${plan.unit} is ${shown.get('LoadState')?.join(' ') ?? 'unknown'}`);
  for (const { type, unit } of wanted)
    if (!has(type, unit)) throw new Error(`systemd does not list ${unit} in ${type}= of ${plan.unit}`);
  for (const { path, after } of plan.changes)
    if (has('DropInPaths', path) !== (after !== null))
      throw new Error(
        `systemd ${after === null ? 'still lists' : 'does not list'} ${path} in DropInPaths= of ${plan.unit}`,
      );
}
