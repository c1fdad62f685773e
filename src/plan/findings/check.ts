import type { Files } from '../../files/files.js';
import type { FirewallChoice } from '../../firewalls/choose.js';
import type { Daemon } from '../../firewalls/dockerd/daemon-json.js';
import type { Facts } from '../../firewalls/facts.js';
import type { Heal, Relation, Template } from '../../firewalls/template.js';
import type { Transactions } from '../../transactions/transactions.js';
import type { GeneratedUnit } from '../../units/generated/generated-unit.js';
import type { Unit } from '../../units/unit.js';
import type { Courses } from '../courses.js';
import type { DropInPlan } from '../drop-in.js';
import type { OwnFile } from '../own-file.js';
import type { OwnFiles } from '../own-files.js';
import type { WatchPlan } from '../watch-files.js';
import type { Finding, Report } from './finding.js';

/** The description of a finding, the same on every system. */
export interface FindingMeta {
  /** the strongest level that it has */
  readonly level: Finding['level'];
  /** whether `--force` may override its refusal */
  readonly mayBeForced?: boolean;
  /** the relations that it is about; all of them if it names none */
  readonly relations?: readonly Relation[];
  readonly docs: {
    /** a few words: what is wrong, as a heading */
    readonly title: string;
    /** one sentence: the state, and what would happen */
    readonly meaning: string;
    /** one sentence: how to get out of it */
    readonly wayOut: string;
    /** when its level is a weaker one */
    readonly weaker?: string;
    /** the tests that show it with a real systemd, or in a booted box with dockerd; missing if files alone decide it */
    readonly measured?: readonly string[];
  };
}

/** One thing that may be wrong: its description, and how it is found. */
export interface Check extends FindingMeta {
  readonly code: string;
  /** if it reports anything, the other checks have nothing to add */
  readonly isDecisive?: true;
  /** how it is found, for each occasion */
  readonly run: { readonly [Name in keyof Occasions]?: (context: Occasions[Name]) => readonly Report[] };
}

/** The occasions on which checks run, and what they may look at then. */
export interface Occasions {
  /** a unit will follow another one */
  readonly follow: CheckContext;
  /** there is nothing that the unit has to follow */
  readonly nothing: NothingContext;
  /** files of ours will be removed */
  readonly revert: RevertContext;
  /** the files say all of it, but the running systemd does not */
  readonly disagrees: { readonly why: string };
  /** the service of a watch does not run, although the unit does */
  readonly inactive: { readonly why: string; readonly service: string };
}

/** All that a check may look at if a unit will follow another one. */
export interface CheckContext {
  readonly files: Files;
  readonly template: Template;
  readonly relation: Relation;
  /** whether a start of the followed unit will start this one */
  readonly comeBack: boolean;
  /** the unit that will follow, and the followed one, as they are now */
  readonly unit: Unit;
  readonly follow: Unit;
  /** the path whose mount the followed unit is, if that was named */
  readonly followedPath: string | undefined;
  /** what each event leads to, with the changes */
  readonly courses: Courses;
  /** the root as it is */
  readonly current: Transactions;
  /** what starts together in this root without a drop-in of ours, and with those that are planned */
  readonly withoutOurs: Transactions;
  readonly planned: Transactions;
  readonly facts: Facts;
  /** The codes by which the same would be refused with another relation, or another unit to follow. */
  readonly refusedWith: (other: OtherRequest) => readonly string[];
  /** units that are not there yet, but will be once generators have run, by their names */
  readonly generated: ReadonlyMap<string, GeneratedUnit>;
  /** the version of systemd, if a running manager gives it */
  readonly systemd: number | undefined;
  /** what to do for each drop-in of the relation */
  readonly dropIns: readonly DropInPlan[];
  readonly ownFiles: OwnFiles;
  /** files of ours that this relation, or this followed unit, has no use for */
  readonly stale: readonly OwnFile[];
  /** the relation that files of ours set up between the two already */
  readonly inPlace: Relation | undefined;
  /** how a watch of ours that is in place heals */
  readonly healInPlace: Heal | undefined;
  /** the service and the script of a watch */
  readonly watch: WatchPlan;
  /** the systemctl that a hook would run; undefined if there is none, or no hook */
  readonly systemctl: string | undefined;
}

/** The same request with another relation, or another unit to follow, or so that the unit comes back. */
export interface OtherRequest {
  readonly relation?: Relation;
  readonly comeBack?: true;
  readonly follow?: string;
}

/** All that checks may look at if nothing has to be followed, and why that is so. */
export interface NothingContext extends Pick<CheckContext, 'template' | 'unit'> {
  /** dockerd, if it writes no rules */
  readonly daemon?: Daemon;
  /** the firewall that leaves its rules alone */
  readonly choice?: Extract<FirewallChoice, { readonly noNeed: unknown }>;
}

/** All that checks may look at if files of ours will be removed. */
export interface RevertContext {
  readonly own: readonly OwnFile[];
}

/** What happens to the unit if the followed one cannot be started. */
export function outcomeOf({ unit, relation }: CheckContext): string {
  return relation === 'requires' ? `${unit.id} would not start` : 'there would be nothing to follow';
}

/** Whether a unit is in use: the boot starts it, or it is active now. */
export function isInUse({ withoutOurs, facts }: CheckContext, name: string): boolean {
  return withoutOurs.atBoot().has(name) || facts.isActive(name);
}
