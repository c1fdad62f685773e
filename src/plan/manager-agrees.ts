import { areBackgroundRestart } from '../firewalls/commands/unit-calls.js';
import type { Manager } from '../system/system.js';
import { dependencyType } from '../units/settings.js';
import type { Plan, PlannedDropIn, ServiceAction } from './plan.js';
import { coveringTypes, REQUIRES_MOUNTS } from './settings.js';

/** The values that lift the start limit, as systemctl prints them: no interval, or no number of starts. */
const NO_START_LIMIT = [
  ['StartLimitIntervalUSec', '0'],
  // Before systemd 230.
  ['StartLimitInterval', '0'],
  ['StartLimitBurst', '0'],
] as const;

/**
 * Asks the manager whether the plan is in force. Each setting is looked up on its own unit, since the other one does
 * not know of it while this one is not loaded.
 * @param plan one that has been applied, or one that has nothing to change
 * @returns why the manager does not agree; undefined if it does
 */
export function whyManagerDisagrees(manager: Manager, plan: Plan): string | undefined {
  for (const part of plan.parts) {
    const why = whyNot(manager, plan, part);
    if (why !== undefined) return why;
  }
  return plan.service && whyServiceDisagrees(manager, plan.service);
}

/** Whether it has loaded the service of a watch, or forgotten it. */
function whyServiceDisagrees(manager: Manager, { unit, action }: ServiceAction): string | undefined {
  const { stdout } = manager.show(unit, ['LoadState']);
  const state = new ShownUnit(stdout).text('LoadState') ?? 'unknown';
  return (state === 'loaded') === (action !== 'stop') ? undefined : `systemd says that ${unit} is ${state}`;
}

function whyNot(manager: Manager, { relation, changes }: Plan, part: PlannedDropIn): string | undefined {
  const { unit, missing, inForce, removed, dropIns } = part;
  const settings = [...missing, ...inForce.map(({ setting }) => setting), ...removed];
  const { status, stdout, stderr } = manager.show(unit, [
    'LoadState',
    'DropInPaths',
    ...new Set(settings.flatMap(propertiesFor)),
  ]);
  if (status !== 0) return stderr.trim() || 'systemctl show failed';
  const shown = new ShownUnit(stdout);
  const isPatched = relation !== null && missing.length + inForce.length > 0;
  // The unit of a reverted file may be gone.
  if (isPatched && !shown.lists('LoadState', 'loaded'))
    return `systemd says that ${unit} is ${shown.text('LoadState') ?? 'unknown'}`;
  // A setting that was written must be there as written; one that was in force may come from something stronger.
  const lacking =
    missing.find((setting) => !shown.has(setting)) ??
    inForce.filter(isShown).find(({ setting }) => !shown.covers(setting))?.setting;
  if (lacking !== undefined) return `systemd does not list ${said(lacking)} of ${unit}`;
  const left = removed.find((setting) => shown.stillHas(setting));
  if (left !== undefined) return `systemd still lists ${said(left)} of ${unit}`;
  for (const { path, after } of changes.filter((change) => dropIns.includes(change.path)))
    if (shown.lists('DropInPaths', path) !== (after !== null))
      return `systemd ${after === null ? 'still lists' : 'does not list'} ${path} in DropInPaths= of ${unit}`;
  return undefined;
}

/** What requires a mount by other settings than the one for its path is not looked up: systemd shows it as many kinds. */
function isShown({ setting, by }: PlannedDropIn['inForce'][number]): boolean {
  return setting === by || split(setting).key !== REQUIRES_MOUNTS;
}

/** `iptables.service in Requires=` */
function said(setting: string): string {
  const equals = setting.indexOf('=');
  return `${setting.slice(equals + 1)} in ${setting.slice(0, equals)}=`;
}

/** The properties of systemctl show that tell whether systemd has a setting; none if it shows nothing of it. */
function propertiesFor(setting: string): readonly string[] {
  const { key } = split(setting);
  if (isStartLimit(key)) return NO_START_LIMIT.map(([property]) => property);
  return isCommand(key) || key === REQUIRES_MOUNTS ? [key] : coveringTypes(key).filter(isDependency);
}

/** A unit as `systemctl show` prints it. */
class ShownUnit {
  /** each property with its values: one per line, since each command has its own line */
  private readonly shown = new Map<string, string[]>();

  constructor(stdout: string) {
    for (const line of stdout.split('\n')) {
      const { key, value } = split(line);
      this.shown.set(key, [...(this.shown.get(key) ?? []), value]);
    }
  }

  text(property: string): string | undefined {
    return this.shown.get(property)?.join(' ');
  }

  /** Whether a word is among those of a property. */
  lists(property: string, word: string): boolean {
    return (this.shown.get(property) ?? []).some((value) => value.split(' ').includes(word));
  }

  /** Whether systemd has a setting as it is written. */
  has(setting: string): boolean {
    return this.hasBy(setting, (key) => [key]);
  }

  /** Whether it has it, or something stronger. */
  covers(setting: string): boolean {
    return this.hasBy(setting, coveringTypes);
  }

  /** Whether it still has a setting that is gone from the files and that nothing else would give it. */
  stillHas(setting: string): boolean {
    const { key, value } = split(setting);
    if (isCommand(key)) return this.has(setting);
    // The other unit may declare the order too, and a unit that is not a service may be required by default.
    return (
      isDependency(key) &&
      !['After', 'Before'].includes(key) &&
      value.endsWith('.service') &&
      this.has(setting)
    );
  }

  private hasBy(setting: string, types: (type: string) => readonly string[]): boolean {
    const { key, value } = split(setting);
    if (isStartLimit(key)) return NO_START_LIMIT.some(([property, none]) => this.lists(property, none));
    if (isCommand(key)) return this.runs(key, value);
    return types(key).some((type) => this.lists(type, value));
  }

  /** `ExecReload={ path=/usr/bin/systemctl ; argv[]=/usr/bin/systemctl … ; ignore_errors=yes ; … }` */
  private runs(key: string, command: string): boolean {
    const unit = (command.split(' ').at(-1) ?? '').replaceAll('\\\\', '\\');
    return (this.shown.get(key) ?? []).some((value) =>
      areBackgroundRestart((/ argv\[\]=(.*?) ; /.exec(value)?.[1] ?? '').split(' '), [unit]),
    );
  }
}

function isStartLimit(key: string): boolean {
  return key === 'StartLimitIntervalSec' || key === 'StartLimitInterval';
}

function isCommand(key: string): boolean {
  return key.startsWith('Exec');
}

function isDependency(key: string): boolean {
  return dependencyType('Unit', key) !== undefined;
}

/** The two sides of the first `=`. */
function split(line: string): { key: string; value: string } {
  const equals = line.indexOf('=');
  return { key: line.slice(0, equals), value: line.slice(equals + 1) };
}
