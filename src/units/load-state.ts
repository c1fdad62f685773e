import { errorCode } from '../errors.js';
import type { Files, RootPath } from '../files/files.js';
import { parseUnit } from '../syntax/parse.js';
import { isCommandLine, readCommandLine } from './command-line.js';
import type { NameMap } from './name-map.js';
import type { UnitType } from './name.js';
import { isMask } from './problems.js';
import { breaksTheFile, settingsOfFile } from './read-settings.js';
import type { Setting } from './unit.js';
import { isTriggerValue, parseBoolean } from './values.js';

/**
 * Whether a fragment loads: false if it never does, else the command lines that decide it once the unit's name is
 * filled in.
 */
type LoadableVerdict = false | readonly Setting[];

/**
 * A fragment may have thousands of names, so each is read once: otherwise a megabyte with 1,000 links takes up to
 * twice as long.
 */
const verdicts = new WeakMap<NameMap, Map<string, LoadableVerdict>>();

/** Whether systemd can load a fragment for the name of a unit, or takes it for a mask. */
export function isLoadable(
  files: Files,
  map: NameMap,
  fragment: RootPath,
  type: UnitType,
  name: string,
): boolean {
  const known = verdicts.get(map) ?? new Map<string, LoadableVerdict>();
  verdicts.set(map, known);
  const key = `${fragment}/${type}`;
  const verdict = known.get(key) ?? verdictOn(files, fragment, type, name);
  known.set(key, verdict);
  return verdict !== false && !verdict.some((setting) => breaksTheFile(setting, name));
}

function verdictOn(files: Files, fragment: RootPath, type: UnitType, name: string): LoadableVerdict {
  try {
    if (isMask(files, fragment)) return [];
    const file = parseUnit(files.read(fragment));
    if (file.fatal) return false;
    const { settings } = settingsOfFile(file, fragment, type);
    const each = new Map(settings.map((setting) => [`${setting.key}=${setting.value}`, setting]));
    const hasName = ({ value }: Setting): boolean => value.includes('%');
    const fixed = [...each.values()].filter((setting) => !hasName(setting));
    if (fixed.some((setting) => breaksTheFile(setting, name))) return false;
    return [...each.values()].filter(
      (setting) => isCommandLine(setting.section, setting.key) && hasName(setting),
    );
  } catch (error) {
    if (errorCode(error) === '') throw error;
    return false;
  }
}

const CALENDAR_KEYS = /^On(?:Calendar|ActiveSec|BootSec|StartupSec|UnitActiveSec|UnitInactiveSec)$/;
const PATH_KEYS = /^(?:Path(?:Exists|ExistsGlob|Changed|Modified)|DirectoryNotEmpty)$/;
const ONESHOT_RESTARTS = ['no', 'on-failure', 'on-abnormal', 'on-watchdog', 'on-abort'];

/** Why systemd calls a unit `bad-setting`. */
export interface BadSetting {
  readonly text: string;
  /** the line that breaks it; undefined if something is missing */
  readonly at?: Setting | undefined;
}

/**
 * The check that a type makes of the whole unit once it is loaded (service_verify() and its kin). The validity
 * of single values is not judged.
 * @param directives the settings in force
 * @returns why systemd calls the unit `bad-setting`; undefined if it does not
 */
export function settingsBreaking(type: UnitType, directives: readonly Setting[]): BadSetting | undefined {
  switch (type) {
    case 'service':
      return brokenService(new SettingValues('Service', directives));
    case 'socket':
      return needs(new SettingValues('Socket', directives), /^Listen/, 'a socket needs a Listen…= setting');
    case 'timer':
      return brokenTimer(new SettingValues('Timer', directives));
    case 'path':
      return needs(new SettingValues('Path', directives), PATH_KEYS, 'a path unit needs a path to watch');
    case 'mount':
      return needs(new SettingValues('Mount', directives), /^What$/, 'a mount needs What=');
    case 'swap':
      return needs(new SettingValues('Swap', directives), /^What$/, 'a swap needs What=');
    case 'automount':
    case 'device':
    case 'scope':
    case 'slice':
    case 'target':
      return undefined;
  }
}

class SettingValues {
  constructor(
    private readonly section: string,
    private readonly directives: readonly Setting[],
  ) {}

  all(pattern: RegExp): Setting[] {
    return this.directives
      .filter(({ section, key }) => section === this.section && pattern.test(key))
      .filter(({ key, value }) => isTriggerValue(key, value));
  }

  last(key: string): string | undefined {
    return this.lastSetting(key)?.value;
  }

  /** The setting that systemd reads last among those that exclude each other: the line that somebody added. */
  latest(...keys: readonly string[]): Setting | undefined {
    const lines = keys.map((key) => this.lastSetting(key)).filter((one) => one !== undefined);
    return lines.sort((a, b) => this.directives.indexOf(a) - this.directives.indexOf(b)).at(-1);
  }

  private lastSetting(key: string): Setting | undefined {
    return this.directives.findLast((one) => one.section === this.section && one.key === key);
  }

  hasSuccessAction(): boolean {
    const action = this.directives.findLast(
      ({ section, key }) => section === 'Unit' && key === 'SuccessAction',
    );
    return action !== undefined && action.value !== 'none';
  }
}

function brokenService(service: SettingValues): BadSetting | undefined {
  const commands = service.all(/^ExecStart$/);
  const starts = commandsIn(commands);
  const type = service.last('Type') ?? defaultType(starts, service.last('BusName'));
  if (starts === 0) return brokenWithoutStart(service, type);
  if (type === 'oneshot') return brokenOneshot(service);
  if (starts > 1) return tooManyCommands(type, commands);
  if (type === 'dbus' && service.last('BusName') === undefined)
    return { text: 'a service of Type=dbus needs BusName=', at: service.latest('Type') };
  return undefined;
}

/** systemd.service(5), ExecStart=: only a oneshot may have several. */
function tooManyCommands(type: string, commands: readonly Setting[]): BadSetting {
  const second = commands.findIndex((_, at) => commandsIn(commands.slice(0, at + 1)) > 1);
  const wayOut = second > 0 ? '; an empty ExecStart= before this line resets the one above' : '';
  return { text: `a service of Type=${type} may have one ExecStart= only${wayOut}`, at: commands[second] };
}

function brokenWithoutStart(service: SettingValues, type: string): BadSetting | undefined {
  const hasAction = service.hasSuccessAction();
  if (commandsIn(service.all(/^ExecStop$/)) === 0 && !hasAction)
    return { text: 'a service needs ExecStart=, ExecStop= or SuccessAction=' };
  if (type !== 'oneshot')
    return { text: `a service of Type=${type} needs ExecStart=`, at: service.latest('Type') };
  if (parseBoolean(service.last('RemainAfterExit')) !== true && !hasAction)
    return { text: 'a service without ExecStart= needs RemainAfterExit=yes' };
  return brokenOneshot(service);
}

function brokenOneshot(service: SettingValues): BadSetting | undefined {
  const restart = service.last('Restart') ?? 'no';
  if (!ONESHOT_RESTARTS.includes(restart))
    return {
      text: `a service of Type=oneshot cannot have Restart=${restart}`,
      at: service.latest('Type', 'Restart'),
    };
  return service.all(/^RestartForceExitStatus$/).length === 0
    ? undefined
    : {
        text: 'a service of Type=oneshot cannot have RestartForceExitStatus=',
        at: service.latest('Type', 'RestartForceExitStatus'),
      };
}

function commandsIn(commands: readonly Setting[]): number {
  return commands.reduce((sum, { value }) => sum + readCommandLine(value, (path) => path).commands, 0);
}

function defaultType(starts: number, busName: string | undefined): string {
  if (busName !== undefined) return 'dbus';
  return starts > 0 ? 'simple' : 'oneshot';
}

function brokenTimer(timer: SettingValues): BadSetting | undefined {
  const clock = [timer.last('OnClockChange'), timer.last('OnTimezoneChange')];
  if (clock.some((value) => parseBoolean(value) === true)) return undefined;
  return needs(timer, CALENDAR_KEYS, 'a timer needs a time');
}

function needs(values: SettingValues, pattern: RegExp, why: string): BadSetting | undefined {
  return values.all(pattern).length > 0 ? undefined : { text: why };
}
