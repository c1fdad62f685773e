import type { RootPath } from '../system/files.js';
import type { Source, Unit } from '../units/unit.js';
import { type Wanted, written } from './drop-in-text.js';

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
 * @param unit the unit that is to follow
 * @param follow the unit to be followed
 */
export function placesInForce(wanted: Wanted, unit: Unit, follow: Unit): InForce[] {
  const setting = written(wanted);
  const mirror = MIRRORED[wanted.type];
  return [
    ...coveringTypes(wanted.type).flatMap((type) => placesOf(unit, type, wanted.unit)),
    ...(mirror === undefined ? [] : placesOf(follow, mirror, unit.id)),
  ].map((place) => ({ setting, ...place }));
}

/** Those of `places` that another file than `path` says. */
export function notIn(path: RootPath, places: readonly InForce[]): InForce[] {
  return places.filter(({ file }) => file !== path);
}

function placesOf(unit: Unit, type: string, other: string): Omit<InForce, 'setting'>[] {
  return unit.dependencies
    .filter((dependency) => dependency.type === type && dependency.unit === other)
    .flatMap(({ from }) =>
      from.map(({ file, line }) => ({ by: written({ type, unit: other }), file, line })),
    );
}
