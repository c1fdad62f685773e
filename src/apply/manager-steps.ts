import type { RootPath } from '../files/files.js';
import type { Plan, PlannedDropIn } from '../plan/plan.js';
import type { CommandResult, Manager } from '../system/system.js';
import { newComplaints, propertiesFor, ShownUnit } from './manager-agrees.js';
import type { Steps } from './steps.js';

/** Has the manager load what was written, and asks it whether it agrees. */
export function load(manager: Manager, steps: Steps, plan: Plan): void {
  const reload = (): void => {
    mustSucceed(manager.reload(), 'systemctl daemon-reload');
  };
  // Once a reload was tried, the manager may know the new state: the old one has to be loaded again.
  if (plan.changed) steps.afterwards('have systemd reload the old state', reload);
  steps.take('have systemd reload', reload);
  steps.take('ask systemd whether it agrees', () => {
    const why = whyManagerDisagrees(manager, plan);
    if (why !== undefined) throw new Error(why);
  });
}

/** Gives what was made its SELinux label, where the machine has such. */
export function label(manager: Manager, steps: Steps, made: readonly RootPath[]): void {
  if (manager.relabel && made.length > 0)
    steps.take('give what was made its SELinux label', () => {
      relabel(manager, made);
    });
}

/** See label(). */
export function relabel(manager: Manager | undefined, paths: readonly RootPath[]): void {
  const result = manager?.relabel?.(paths);
  if (result) mustSucceed(result, 'restorecon');
}

/** What `systemd-analyze verify` says; undefined if there is none to ask. */
export function verify(
  manager: Manager | undefined,
  { unit, follow, parts }: Plan,
): CommandResult | undefined {
  // Both, so that what is wrong with the other unit is known before this one pulls it in.
  const units = [unit, ...(follow ? [follow.unit] : []), ...parts.map((part) => part.unit)];
  return manager?.verify?.([...new Set(units)]);
}

/** Fails if `systemd-analyze verify` says anything that it did not say before. */
export function mustAddNothingTo(
  before: CommandResult | undefined,
  manager: Manager,
  steps: Steps,
  plan: Plan,
): void {
  if (before?.status == null) {
    steps.note(`go on without systemd-analyze verify: ${before?.stderr ?? 'it is not installed'}`);
    return;
  }
  steps.take('ask systemd-analyze verify for anything new', () => {
    const after = verify(manager, plan) ?? before;
    if (after.status === null) throw new Error(after.stderr);
    const fresh = newComplaints(before, after).filter((one) => !isAboutGenerated(manager, one));
    if (fresh.length > 0 && !plan.findings.some(({ forced }) => forced)) throw new Error(fresh.join('; '));
  });
}

/** systemd-analyze verify does not look into /run/systemd/generator, so it misses all mounts of /etc/fstab. */
function isAboutGenerated(manager: Manager, complaint: string): boolean {
  const [, unit] = /\bUnit (\S+) not found\.?$/.exec(complaint) ?? [];
  if (unit === undefined) return false;
  const shown = manager.show(unit, ['LoadState', 'FragmentPath']).stdout;
  return /^LoadState=loaded$/m.test(shown) && /^FragmentPath=\/run\/systemd\/generator/m.test(shown);
}

function mustSucceed({ status, stderr }: CommandResult, command: string): void {
  if (status !== 0) throw new Error(stderr.trim() || `${command} ended with ${status ?? 'a signal'}`);
}

/**
 * Asks the manager whether it has in force what the plan says, of each unit on that unit's side, since the other one
 * knows nothing of it while this one is not loaded.
 * @param plan one that has been applied, or one that has nothing to change
 * @returns why the manager does not agree; undefined if it does
 */
export function whyManagerDisagrees(manager: Manager, plan: Plan): string | undefined {
  for (const part of plan.parts) {
    const why = whyNot(manager, plan, part);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyNot(manager: Manager, { relation, changes }: Plan, part: PlannedDropIn): string | undefined {
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
  // What is rolled back may belong to a unit that is gone.
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
