import type { Jobs } from '../../jobs/jobs.js';
import type { Files } from '../../system/files.js';
import type { GeneratedUnit } from '../../units/generated/generated-unit.js';
import type { Unit } from '../../units/unit.js';
import type { Facts } from '../facts.js';
import type { Relation, Template } from '../template.js';
import type { Finding } from './finding.js';

/** The same request with another relation, or another unit to follow. */
export interface OtherRequest {
  readonly relation?: Relation;
  readonly follow?: string;
}

/** All that a finding may look at. */
export interface Situation {
  readonly files: Files;
  readonly template: Template;
  readonly relation: Relation;
  /** the unit that is to follow, and the one to be followed, as they are now */
  readonly unit: Unit;
  readonly follow: Unit;
  /** what starts together in this root without a drop-in of ours, and with the one that is planned */
  readonly without: Jobs;
  readonly planned: Jobs;
  readonly facts: Facts;
  /** The codes by which the same would be refused with another relation, or another unit to follow. */
  readonly refusedWith: (other: OtherRequest) => readonly string[];
  /** units that are not there yet, but will be once generators have run, by their names */
  readonly generated: ReadonlyMap<string, GeneratedUnit>;
  /** the version of systemd, where a running manager gives it */
  readonly systemd: number | undefined;
}

/** Looks for one kind of harm. */
export type Look = (situation: Situation) => Finding[];

/** What becomes of the unit where the other one cannot be started. */
export function outcomeOf({ unit, relation }: Situation): string {
  return relation === 'requires' ? `${unit.id} would not start` : 'there would be nothing to follow';
}

/** Whether a unit is in use: the boot starts it, or it is active now. */
export function isInUse({ without, facts }: Situation, name: string): boolean {
  return without.atBoot().has(name) || facts.isActive(name);
}
