import type { Plan, UnitPart } from '../plan/plan.js';
import type { Manager } from '../system/system.js';
import { propertiesFor, ShownUnit } from './shown-unit.js';

/**
 * Asks the manager whether it has in force what the plan says, of each unit on that unit's side, since the other one
 * knows nothing of it while this one is not loaded.
 * @param plan one that has been applied, or one that has nothing to change
 * @returns why the manager does not agree; undefined where it does
 */
export function whyManagerDisagrees(manager: Manager, plan: Plan): string | undefined {
  for (const part of plan.parts) {
    const why = whyNot(manager, plan, part);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyNot(manager: Manager, { relation, changes }: Plan, part: UnitPart): string | undefined {
  const { unit, missing, inForce, gone, dropIns } = part;
  const settings = [...missing, ...inForce.map(({ setting }) => setting), ...gone];
  const { status, stdout, stderr } = manager.show(unit, [
    'LoadState',
    'DropInPaths',
    ...new Set(settings.flatMap(propertiesFor)),
  ]);
  if (status !== 0) return stderr.trim() || 'systemctl show failed';
  const shown = new ShownUnit(stdout);
  const isPatched = relation !== null && missing.length + inForce.length > 0;
  // What is taken back may belong to a unit that is gone.
  if (isPatched && !shown.lists('LoadState', 'loaded'))
    return `systemd says that ${unit} is ${shown.text('LoadState') ?? 'unknown'}`;
  // What was written must be there as it was written; what was in force may be so by something stronger.
  const lacking =
    missing.find((setting) => !shown.has(setting)) ??
    inForce.map(({ setting }) => setting).find((setting) => !shown.covers(setting));
  if (lacking !== undefined) return `systemd does not list ${said(lacking)} of ${unit}`;
  const left = gone.find((setting) => shown.stillHas(setting));
  if (left !== undefined) return `systemd still lists ${said(left)} of ${unit}`;
  for (const { path, after } of changes.filter((change) => dropIns.includes(change.path)))
    if (shown.lists('DropInPaths', path) !== (after !== null))
      return `systemd ${after === null ? 'still lists' : 'does not list'} ${path} in DropInPaths= of ${unit}`;
  return undefined;
}

/** `iptables.service in Requires=` */
function said(setting: string): string {
  const equals = setting.indexOf('=');
  return `${setting.slice(equals + 1)} in ${setting.slice(0, equals)}=`;
}
