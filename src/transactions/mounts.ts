import { words } from '../syntax/scan.js';
import { unitsAbove, type UnitType } from '../units/name.js';
import { expandSpecifiers } from '../units/specifiers.js';
import type { Setting, Unit } from '../units/unit.js';
import { parseBoolean } from '../units/values.js';

/** A mount unit that systemd starts before a unit, because a setting names a path at or below the mount point. */
export interface MountNeeded {
  readonly type: 'Requires' | 'Wants';
  readonly mount: string;
  readonly setting: Setting;
}

/** How a setting names paths. */
interface PathSetting {
  readonly type: MountNeeded['type'];
  /** the paths in its value, before specifiers are expanded */
  readonly paths: (value: string) => readonly string[];
}

const one = (value: string): string[] => [value];
const namesIn = (path: string): string[] => path.split('/').filter((name) => name !== '');
const parent = (value: string): string[] => [`/${namesIn(value).slice(0, -1).join('/')}`];
/** A device or a file, not an export of a server. */
const local = (value: string): string[] => (/^\/(?!\/)[^:]*$/.test(value) ? [value] : []);
const needs = (paths: PathSetting['paths']): PathSetting => ({ type: 'Requires', paths });

/** `StateDirectory=a b/c:link` stands for directories of these names below `above`. */
const below = (above: string): PathSetting =>
  needs((value) => unquoted(value).map((name) => `${above}/${name.split(':')[0] ?? ''}`));

/** systemd.exec(5), "Implicit Dependencies"; a WorkingDirectory= that may be missing begins with a dash. */
const EXEC: Readonly<Record<string, PathSetting>> = {
  WorkingDirectory: needs(one),
  RootDirectory: needs(one),
  RootImage: needs(one),
  RuntimeDirectory: below('/run'),
  StateDirectory: below('/var/lib'),
  CacheDirectory: below('/var/cache'),
  LogsDirectory: below('/var/log'),
  ConfigurationDirectory: below('/etc'),
  PrivateTmp: { type: 'Wants', paths: (value) => (parseBoolean(value) === true ? ['/tmp', '/var/tmp'] : []) },
};

/** The settings of each section that name paths: "Implicit Dependencies" in the man page of each type. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, PathSetting>>>> = {
  Unit: {
    RequiresMountsFor: needs(unquoted),
    WantsMountsFor: { type: 'Wants', paths: unquoted },
  },
  Service: EXEC,
  Socket: {
    ...EXEC,
    ListenStream: needs(one),
    ListenDatagram: needs(one),
    ListenSequentialPacket: needs(one),
    ListenFIFO: needs(one),
    ListenSpecial: needs(one),
  },
  Mount: { ...EXEC, Where: needs(parent), What: needs(local) },
  Swap: { ...EXEC, What: needs(one) },
  Automount: { Where: needs(parent) },
  Path: {
    PathExists: needs(one),
    PathExistsGlob: needs(one),
    PathChanged: needs(one),
    PathModified: needs(one),
    DirectoryNotEmpty: needs(one),
  },
};

/** The mount units that a unit needs because of paths: unit_add_mount_dependencies(). Only existing ones count. */
export function mountsNeeded(unit: Unit, type: UnitType): MountNeeded[] {
  return unit.directives.flatMap((setting) => {
    const found = SETTINGS[setting.section]?.[setting.key];
    if (!found || !(setting.section === 'Unit' || setting.section.toLowerCase() === type)) return [];
    return found
      .paths(setting.value)
      .flatMap((path) => mountsAbove(expandSpecifiers(path, unit.id) ?? ''))
      .filter((mount) => mount !== unit.id)
      .map((mount) => ({ type: found.type, mount, setting }));
  });
}

/** The mount units of a path and of every directory above it but the root. */
function mountsAbove(path: string): string[] {
  return (unitsAbove(path, 'mount') ?? []).filter((mount) => mount !== '-.mount');
}

/** The words of a list whose words may be quoted: extract_first_word() with EXTRACT_UNQUOTE. */
function unquoted(value: string): string[] {
  if (!/["'\\]/.test(value)) return words(value);
  const found = value.matchAll(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\\.|[^\s"'\\])+/gsu);
  return [...found].map(([word]) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'/gs, '$1$2').replace(/\\(.)/gs, '$1'),
  );
}
