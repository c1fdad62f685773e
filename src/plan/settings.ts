import type { RootPath } from '../files/files.js';
import { restartsInBackground } from '../firewalls/commands/unit-calls.js';
import { parseUnit } from '../syntax/parse.js';
import { words } from '../syntax/scan.js';
import type { Node } from '../syntax/unit-file.js';
import { implicitDependencies } from '../transactions/implicit.js';
import { dependencyType, isCommand } from '../units/settings.js';
import type { RealName, Setting, Source, Unit } from '../units/unit.js';
import { startLimitOf } from './start-limit.js';

/** A setting that a unit should have: `Requires=iptables.service` for example, one unit per dependency. */
export interface Wanted {
  readonly section: string;
  readonly key: string;
  readonly value: string;
}

/**
 * A setting as it is written: `Requires=iptables.service`.
 * @pattern ^[A-Za-z]+=.+
 */
export type SettingText = string;

/** How a wanted setting is written. */
export function written({ key, value }: Pick<Wanted, 'key' | 'value'>): SettingText {
  return `${key}=${value}`;
}

/** A dependency as a setting. */
export function asSetting({ type, unit }: { readonly type: string; readonly unit: string }): Wanted {
  return { section: 'Unit', key: type, value: unit };
}

/** Whether a setting is a dependency on another unit. */
export function isDependency({ section, key }: Wanted): boolean {
  return dependencyType(section, key) !== undefined;
}

/** The settings that a drop-in's text holds, in its order. */
export function settingsIn(text: string): Wanted[] {
  return parseUnit(Buffer.from(text)).nodes.flatMap(settingsOf);
}

/** The settings that one node of a file holds. */
export function settingsOf(node: Node): Wanted[] {
  if (node.kind !== 'assignment') return [];
  const { section = '', key, value } = node;
  const type = dependencyType(section, key);
  if (type === undefined) return [{ section, key, value }];
  return words(value).map((unit) => asSetting({ type, unit }));
}

/** The setting that requires the mount of a path: systemd.unit(5). */
export const REQUIRES_MOUNTS = 'RequiresMountsFor';

/** A wanted setting that is in force already, with the setting that says so and its place. */
export interface InForce extends Source {
  /** what is wanted */
  readonly setting: SettingText;
  /** the setting that says it: the same, a stronger one, or one of the other unit */
  readonly by: SettingText;
}

/**
 * The settings of the unit itself that already do what is wanted, besides the wanted one (measured with systemd 252
 * and 257).
 */
const COVERED_BY: Partial<Record<string, readonly string[]>> = {
  // systemd.unit(5): BindsTo= is Requires=, and stronger.
  Requires: ['BindsTo'],
  // Both start the other unit, and more; Upholds= does so again and again.
  Wants: ['Requires', 'BindsTo', 'Upholds'],
  // Each of these stops and restarts the unit along with the other one, which is all that PartOf= does.
  PartOf: ['Requires', 'BindsTo', 'Requisite'],
};

/** The settings of the unit itself that do what `type` does: itself first, then the stronger ones. */
export function coveringTypes(type: string): readonly string[] {
  return [type, ...(COVERED_BY[type] ?? [])];
}

/** The settings of the other unit that say the same from its side. */
const MIRRORED: Partial<Record<string, string>> = { After: 'Before', Before: 'After' };

/**
 * Every place that already says what is wanted. An order through a third unit never counts: systemd orders
 * only units that both have a job.
 * @param unit the unit that should have the setting
 * @param other the one that the setting is about
 */
export function placesInForce(wanted: Wanted, unit: Unit, other: Unit): InForce[] {
  const setting = written(wanted);
  return placesOf(wanted, unit, other).map((place) => ({ setting, ...place }));
}

type SettingPlace = Omit<InForce, 'setting'>;

function placesOf(wanted: Wanted, unit: Unit, other: Unit): SettingPlace[] {
  if (wanted.key === REQUIRES_MOUNTS) return [...pathsRequired(wanted, unit), ...mountRequired(unit, other)];
  if (isDependency(wanted)) {
    const mirror = MIRRORED[wanted.key];
    return [
      ...coveringTypes(wanted.key).flatMap((type) => [
        ...dependencyOn(unit, type, wanted.value),
        ...mountOn(unit, type, other),
      ]),
      ...(mirror === undefined ? [] : dependencyOn(other, mirror, unit.id)),
    ];
  }
  if (isCommand(wanted))
    return unit.directives
      .filter(({ section, key }) => section === wanted.section && key === wanted.key)
      .filter(({ value }) => restartsInBackground(value, other.names))
      .map(placeOf);
  const { liftedBy } = startLimitOf(unit, wanted.section === 'Service');
  return liftedBy ? [placeOf(liftedBy)] : [];
}

/** Those of `places` that other files than these say. */
export function notIn(paths: ReadonlySet<RootPath>, places: readonly InForce[]): InForce[] {
  return places.filter(({ file }) => !paths.has(file));
}

function dependencyOn(unit: Unit, type: string, other: string): SettingPlace[] {
  return unit.dependencies
    .filter((dependency) => dependency.type === type && dependency.unit === other)
    .flatMap(({ from }) =>
      from.map(({ file, line }) => ({ by: written(asSetting({ type, unit: other })), file, line })),
    );
}

/** The same setting for the path, or for one below it, which needs the same mount and more. */
function pathsRequired({ key, value: path }: Wanted, { directives }: Unit): SettingPlace[] {
  const covers = (value: string): boolean =>
    words(value).some((one) => one === path || one.startsWith(`${path}/`));
  return directives.filter((one) => one.key === key && covers(one.value)).map(placeOf);
}

/** A path of another setting on the same mount, and Requires= and After= of the mount unit itself. */
function mountRequired(unit: Unit, mount: Unit): SettingPlace[] {
  const byPath = mountOn(unit, 'Requires', mount).filter(({ by }) => !by.startsWith(`${REQUIRES_MOUNTS}=`));
  const needs = coveringTypes('Requires').flatMap((type) => dependencyOn(unit, type, mount.id));
  const isOrdered =
    dependencyOn(unit, 'After', mount.id).length + dependencyOn(mount, 'Before', unit.id).length > 0;
  return [...byPath, ...(isOrdered ? needs : [])];
}

/**
 * A path that the unit needs and that lies on the other one, a mount: systemd adds the dependency by itself, but only
 * on a mount unit that it can load.
 */
function mountOn(unit: Unit, type: string, other: Unit): SettingPlace[] {
  if (other.loadState !== 'loaded') return [];
  return implicitDependencies(unit).flatMap((one) =>
    one.setting && one.type === type && one.unit === other.id ? [placeOf(one.setting)] : [],
  );
}

function placeOf({ key, value, file, line }: Setting): SettingPlace {
  return { by: written({ key, value }), file, line };
}

/** One setting of a unit about another one: `Requires=`, `After=`, or a command that restarts it. */
export interface UnitRelation {
  /** the unit that says it */
  readonly of: RealName;
  /**
   * the setting, without =
   * @pattern ^[A-Za-z]+$
   */
  readonly type: string;
  /** the unit that it is about */
  readonly to: RealName;
}

/** All that two units say of each other, before a plan and after it. */
export interface Relations {
  /** before the plan is applied */
  readonly before: readonly UnitRelation[];
  /** after it is */
  readonly after: readonly UnitRelation[];
}

/** All that a unit and others say of each other, each setting once. */
export function relationsOf(unit: Unit, others: readonly Unit[]): UnitRelation[] {
  return others.flatMap((other) => [...relationsFrom(unit, other), ...relationsFrom(other, unit)]);
}

function relationsFrom(unit: Unit, other: Unit): UnitRelation[] {
  const dependencies = unit.dependencies.filter(({ unit: to }) => to === other.id).map(({ type }) => type);
  const commands = unit.directives
    .filter((setting) => isCommand(setting) && restartsInBackground(setting.value, other.names))
    .map(({ key }) => key);
  return [...dependencies, ...new Set(commands)].map((type) => ({ of: unit.id, type, to: other.id }));
}
