import type { Files } from '../../files/files.js';
import type { Facts } from '../../firewalls/facts.js';
import type { Relation, Template } from '../../firewalls/template.js';
import type { Transactions } from '../../transactions/transactions.js';
import type { GeneratedUnit } from '../../units/generated/generated-unit.js';
import type { Unit } from '../../units/unit.js';

/** Something seen while planning: `refuse` stops the plan, `warn` and `info` only speak. */
export interface Finding {
  /**
   * stable, for programs
   * @pattern ^[a-z-]+$
   */
  readonly code: string;
  /** `refuse` stops the plan */
  readonly level: 'refuse' | 'warn' | 'info';
  /** one sentence: what would happen */
  readonly text: string;
  /** one sentence: the way out */
  readonly hint: string;
  /** it would have been refused, but for `--force` */
  readonly forced?: true;
}

/** A finding that stops the plan. */
export function refuse(code: string, text: string, hint: string): Finding {
  return { code, level: 'refuse', text, hint };
}

/** A finding that warns. */
export function warn(code: string, text: string, hint: string): Finding {
  return { code, level: 'warn', text, hint };
}

/** A finding that is good to know. */
export function info(code: string, text: string, hint: string): Finding {
  return { code, level: 'info', text, hint };
}

/** The same request with another relation, or another unit to follow. */
export interface OtherRequest {
  readonly relation?: Relation;
  readonly follow?: string;
}

/** All that a finding may look at. */
export interface CheckContext {
  readonly files: Files;
  readonly template: Template;
  readonly relation: Relation;
  /** the unit that is to follow, and the one to be followed, as they are now */
  readonly unit: Unit;
  readonly follow: Unit;
  /** what starts together in this root without a drop-in of ours, and with the one that is planned */
  readonly withoutOurs: Transactions;
  readonly planned: Transactions;
  readonly facts: Facts;
  /** The codes by which the same would be refused with another relation, or another unit to follow. */
  readonly refusedWith: (other: OtherRequest) => readonly string[];
  /** units that are not there yet, but will be once generators have run, by their names */
  readonly generated: ReadonlyMap<string, GeneratedUnit>;
  /** the version of systemd, where a running manager gives it */
  readonly systemd: number | undefined;
}

/** Looks for one kind of harm. */
export type Check = (context: CheckContext) => Finding[];

/** What becomes of the unit where the other one cannot be started. */
export function outcomeOf({ unit, relation }: CheckContext): string {
  return relation === 'requires' ? `${unit.id} would not start` : 'there would be nothing to follow';
}

/** Whether a unit is in use: the boot starts it, or it is active now. */
export function isInUse({ withoutOurs: withoutOurs, facts }: CheckContext, name: string): boolean {
  return withoutOurs.atBoot().has(name) || facts.isActive(name);
}
