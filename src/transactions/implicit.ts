import { words } from '../syntax/scan.js';
import { parseUnitName, type UnitType } from '../units/name.js';
import { lastValue, type Setting, type Unit } from '../units/unit.js';
import { parseBoolean } from '../units/values.js';
import { mountsNeeded } from './mounts.js';

/** A dependency that systemd adds by itself. */
export interface Implicit {
  readonly type: 'Requires' | 'Wants' | 'After' | 'Before';
  readonly unit: string;
  /** the setting behind it: `DefaultDependencies=` for example */
  readonly by: string;
  /** its place, for the mount units of a path that it names */
  readonly setting?: Setting;
}

/**
 * The dependencies that a type gets unless the unit says DefaultDependencies=no: "Default Dependencies" in the man
 * page of each type.
 */
const DEFAULTS: Partial<Record<UnitType, readonly (readonly [Implicit['type'], string])[]>> = {
  service: [
    ['Requires', 'sysinit.target'],
    ['After', 'sysinit.target'],
    ['After', 'basic.target'],
  ],
  socket: [
    ['Requires', 'sysinit.target'],
    ['After', 'sysinit.target'],
    ['Before', 'sockets.target'],
  ],
  timer: [
    ['Requires', 'sysinit.target'],
    ['After', 'sysinit.target'],
    ['Before', 'timers.target'],
  ],
  path: [
    ['Requires', 'sysinit.target'],
    ['After', 'sysinit.target'],
    ['Before', 'paths.target'],
  ],
  mount: [
    ['After', 'local-fs-pre.target'],
    ['Before', 'local-fs.target'],
  ],
};

/** The type that each type starts, and the setting that names the unit if it has another name. */
const TRIGGERS: Partial<Record<UnitType, readonly [section: string, key: string]>> = {
  socket: ['Socket', 'Service'],
  timer: ['Timer', 'Unit'],
  path: ['Path', 'Unit'],
};

/** Whether systemd adds the default dependencies of its type to a unit. */
export function hasDefaultDependencies(unit: Unit): boolean {
  return parseBoolean(lastValue(unit, 'Unit', 'DefaultDependencies')) !== false;
}

/** PartOf= counts if systemd happens to load the other unit first. */
const AWAITED_BY_TARGETS = ['Requires', 'Requisite', 'Wants', 'BindsTo', 'Upholds', 'PartOf'];

/**
 * The units that a target waits for because it pulls them in, unless there is an order the other way:
 * unit_add_default_target_dependency().
 */
export function awaitedByTarget(target: Unit, load: (name: string) => Unit): string[] {
  if (parseUnitName(target.id)?.type !== 'target' || !hasDefaultDependencies(target)) return [];
  const isAwaited = (other: Unit): boolean => other.loadState === 'loaded' && hasDefaultDependencies(other);
  return target.dependencies
    .filter(({ type, unit }) => AWAITED_BY_TARGETS.includes(type) && isAwaited(load(unit)))
    .map(({ unit }) => unit);
}

/** Every transaction asks for them: without it a dry run on 50,000 unit files, 300 of them enabled, takes a tenth longer. */
const known = new WeakMap<Unit, readonly Implicit[]>();

/**
 * The dependencies that systemd adds to a unit by itself, as far as they pull in or order other units at boot. The
 * orders of a target depend on the units that it pulls in, see ordersAmong().
 */
export function implicitDependencies(unit: Unit): readonly Implicit[] {
  const implied = known.get(unit) ?? impliedBy(unit);
  known.set(unit, implied);
  return implied;
}

function impliedBy(unit: Unit): Implicit[] {
  const type = parseUnitName(unit.id)?.type;
  if (!type) return [];
  const defaults = hasDefaultDependencies(unit) ? (DEFAULTS[type] ?? []) : [];
  return [
    ...defaults.map(([kind, other]) => ({ type: kind, unit: other, by: 'DefaultDependencies=' })),
    ...triggered(unit, type),
    ...ofSlice(unit, type),
    ...ofPaths(unit, type),
    ...(type === 'service' ? ofService(unit) : []),
    ...(type === 'timer' && hasDefaultDependencies(unit) ? ofTimer(unit) : []),
  ];
}

/** systemd.socket(5), systemd.timer(5), systemd.path(5): ordered before what they start. */
function triggered(unit: Unit, type: UnitType): Implicit[] {
  const names = TRIGGERS[type];
  if (!names) return [];
  const [section, key] = names;
  // Each connection gets an instance of its own.
  if (type === 'socket' && parseBoolean(lastValue(unit, section, 'Accept')) === true) return [];
  const named = lastValue(unit, section, key);
  const other = named ?? unit.id.replace(/\.[a-z]+$/, '.service');
  return [{ type: 'Before', unit: other, by: named === undefined ? 'its name' : `${key}=` }];
}

/** Types that run processes, in a slice. */
const IN_SLICES: Partial<Record<UnitType, string>> = {
  service: 'Service',
  socket: 'Socket',
  mount: 'Mount',
  swap: 'Swap',
};

/** systemd.slice(5), systemd.resource-control(5): in the slice that is named, an instance in that of its template. */
function ofSlice(unit: Unit, type: UnitType): Implicit[] {
  if (type === 'slice') {
    const parent = unit.id.replace(/-[^-]*\.slice$/, '.slice');
    return parent === unit.id ? [] : both('Requires', parent, 'its name');
  }
  const section = IN_SLICES[type];
  if (section === undefined) return [];
  const named = lastValue(unit, section, 'Slice');
  if (named !== undefined) return both('Requires', named, 'Slice=');
  const name = parseUnitName(unit.id);
  const prefix =
    name?.kind === 'instance' ? `system-${name.prefix.replaceAll('-', '\\x2d')}.slice` : 'system.slice';
  return both('Requires', prefix, 'Slice=');
}

/** Settings that name paths which have to be mounted first. */
function ofPaths(unit: Unit, type: UnitType): Implicit[] {
  return mountsNeeded(unit, type).flatMap(({ type: how, mount, setting }) =>
    both(how, mount, `${setting.key}=`).map((one) => ({ ...one, setting })),
  );
}

/** systemd.service(5): Sockets=, and the bus of Type=dbus. */
function ofService(unit: Unit): Implicit[] {
  const sockets = unit.directives
    .filter(({ section, key }) => section === 'Service' && key === 'Sockets')
    .flatMap(({ value }) => words(value));
  const bus = lastValue(unit, 'Service', 'BusName') === undefined ? [] : ['dbus.socket'];
  return [
    ...sockets.flatMap((socket) => both('Wants', socket, 'Sockets=')),
    ...bus.flatMap((socket) => both('Requires', socket, 'BusName=')),
  ];
}

/** systemd.timer(5): calendar times wait for the clock. */
function ofTimer(unit: Unit): Implicit[] {
  if (lastValue(unit, 'Timer', 'OnCalendar') === undefined) return [];
  return ['time-set.target', 'time-sync.target'].map((other) => ({
    type: 'After',
    unit: other,
    by: 'OnCalendar=',
  }));
}

function both(type: 'Requires' | 'Wants', unit: string, by: string): Implicit[] {
  return [
    { type, unit, by },
    { type: 'After', unit, by },
  ];
}
