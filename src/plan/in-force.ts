import { impliedDependencies } from '../jobs/implied.js';
import type { RootPath } from '../system/files.js';
import type { Setting, Source, Unit } from '../units/unit.js';
import { restartsInBackground } from './background-restart.js';
import { startLimitOf } from './start-limit.js';
import { asSetting, isCommand, isDependency, type Wanted, written } from './wanted.js';

/** A wanted setting that is in force already, with what says so and where. */
export interface InForce extends Source {
  /** what is wanted: `Requires=iptables.service` */
  readonly setting: string;
  /** what says it: the same, something stronger, or the other side's own words */
  readonly by: string;
}

/** What on the unit itself already does what is wanted, besides the setting itself: SYSTEMD.md's table, measured. */
const COVERED_BY: Partial<Record<string, readonly string[]>> = {
  // systemd.unit(5): BindsTo= is Requires=, and stronger.
  Requires: ['BindsTo'],
  // Each of these stops and restarts the unit along with the other one, which is all that PartOf= does.
  PartOf: ['Requires', 'BindsTo', 'Requisite'],
};

/** The settings of the unit itself that do what `type` does: itself first, then the stronger ones. */
export function coveringTypes(type: string): readonly string[] {
  return [type, ...(COVERED_BY[type] ?? [])];
}

/** What on the other unit says the same from its side. */
const MIRRORED: Partial<Record<string, string>> = { After: 'Before', Before: 'After' };

/**
 * Every place that already says what is wanted. An order through a third unit never counts: systemd orders
 * only units that both have a job.
 * @param unit the unit that is to have the setting
 * @param other the one that the setting is about
 */
export function placesInForce(wanted: Wanted, unit: Unit, other: Unit): InForce[] {
  const setting = written(wanted);
  return placesOf(wanted, unit, other).map((place) => ({ setting, ...place }));
}

type Place = Omit<InForce, 'setting'>;

function placesOf(wanted: Wanted, unit: Unit, other: Unit): Place[] {
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

function dependencyOn(unit: Unit, type: string, other: string): Place[] {
  return unit.dependencies
    .filter((dependency) => dependency.type === type && dependency.unit === other)
    .flatMap(({ from }) =>
      from.map(({ file, line }) => ({ by: written(asSetting({ type, unit: other })), file, line })),
    );
}

/**
 * A path that the unit needs and that lies on the other one, a mount: systemd adds the dependency by itself, but only
 * on a mount unit that it can load.
 */
function mountOn(unit: Unit, type: string, other: Unit): Place[] {
  if (other.loadState !== 'loaded') return [];
  return impliedDependencies(unit).flatMap((one) =>
    one.setting && one.type === type && one.unit === other.id ? [placeOf(one.setting)] : [],
  );
}

function placeOf({ key, value, file, line }: Setting): Place {
  return { by: written({ key, value }), file, line };
}
