import { readCommandLine } from './command-line.js';
import { isTriggerValue } from './trigger-values.js';
import type { UnitType } from './name.js';
import type { Setting } from './unit.js';

const CALENDAR_KEYS = /^On(?:Calendar|ActiveSec|BootSec|StartupSec|UnitActiveSec|UnitInactiveSec)$/;
const PATH_KEYS = /^(?:Path(?:Exists|ExistsGlob|Changed|Modified)|DirectoryNotEmpty)$/;
const ONESHOT_RESTARTS = ['no', 'on-failure', 'on-abnormal', 'on-watchdog', 'on-abort'];
const yes = /^(?:1|yes|y|true|t|on)$/i;

/**
 * The check that a type makes of the whole unit once it is loaded (service_verify() and its kin). The validity
 * of single values is not judged.
 * @param directives the settings in force
 * @returns why systemd calls the unit `bad-setting`; undefined where it does not
 */
export function settingsBreaking(type: UnitType, directives: readonly Setting[]): string | undefined {
  switch (type) {
    case 'service':
      return brokenService(new Values('Service', directives));
    case 'socket':
      return needs(new Values('Socket', directives), /^Listen/, 'a socket needs a Listen…= setting');
    case 'timer':
      return brokenTimer(new Values('Timer', directives));
    case 'path':
      return needs(new Values('Path', directives), PATH_KEYS, 'a path unit needs a path to watch');
    case 'mount':
      return needs(new Values('Mount', directives), /^What$/, 'a mount needs What=');
    case 'swap':
      return needs(new Values('Swap', directives), /^What$/, 'a swap needs What=');
    case 'automount':
    case 'device':
    case 'scope':
    case 'slice':
    case 'target':
      return undefined;
  }
}

class Values {
  constructor(
    private readonly section: string,
    private readonly directives: readonly Setting[],
  ) {}

  all(pattern: RegExp): string[] {
    return this.directives
      .filter(({ section, key }) => section === this.section && pattern.test(key))
      .filter(({ key, value }) => isTriggerValue(key, value))
      .map(({ value }) => value);
  }

  last(key: string): string | undefined {
    return this.directives.findLast((one) => one.section === this.section && one.key === key)?.value;
  }

  hasSuccessAction(): boolean {
    const action = this.directives.findLast(
      ({ section, key }) => section === 'Unit' && key === 'SuccessAction',
    );
    return action !== undefined && action.value !== 'none';
  }
}

function brokenService(service: Values): string | undefined {
  const starts = commandsIn(service.all(/^ExecStart$/));
  const type = service.last('Type') ?? defaultType(starts, service.last('BusName'));
  if (starts === 0) return brokenWithoutStart(service, type);
  if (type === 'oneshot') return brokenOneshot(service);
  if (starts > 1) return `a service of Type=${type} may have one ExecStart= only`;
  if (type === 'dbus' && service.last('BusName') === undefined)
    return 'a service of Type=dbus needs BusName=';
  return undefined;
}

function brokenWithoutStart(service: Values, type: string): string | undefined {
  const hasAction = service.hasSuccessAction();
  if (commandsIn(service.all(/^ExecStop$/)) === 0 && !hasAction)
    return 'a service needs ExecStart=, ExecStop= or SuccessAction=';
  if (type !== 'oneshot') return `a service of Type=${type} needs ExecStart=`;
  if (!yes.test(service.last('RemainAfterExit') ?? '') && !hasAction)
    return 'a service without ExecStart= needs RemainAfterExit=yes';
  return brokenOneshot(service);
}

function brokenOneshot(service: Values): string | undefined {
  const restart = service.last('Restart') ?? 'no';
  if (!ONESHOT_RESTARTS.includes(restart)) return `a service of Type=oneshot cannot have Restart=${restart}`;
  return service.last('RestartForceExitStatus') === undefined
    ? undefined
    : 'a service of Type=oneshot cannot have RestartForceExitStatus=';
}

function commandsIn(values: readonly string[]): number {
  return values.reduce((sum, value) => sum + readCommandLine(value, (path) => path).commands, 0);
}

function defaultType(starts: number, busName: string | undefined): string {
  if (busName !== undefined) return 'dbus';
  return starts > 0 ? 'simple' : 'oneshot';
}

function brokenTimer(timer: Values): string | undefined {
  const clock = [timer.last('OnClockChange'), timer.last('OnTimezoneChange')];
  if (clock.some((value) => yes.test(value ?? ''))) return undefined;
  return needs(timer, CALENDAR_KEYS, 'a timer needs a time');
}

function needs(values: Values, pattern: RegExp, why: string): string | undefined {
  return values.all(pattern).length > 0 ? undefined : why;
}
