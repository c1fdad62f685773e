import type { WatchTexts } from '../system/package-files.js';

/** The relations that a drop-in can set up: the first one is the default. */
export const RELATIONS = ['requires', 'part-of', 'hook', 'watch', 'wants', 'order'] as const;

/**
 * `requires`: restarted along with the other unit, which it starts. `part-of`: the same, without starting it. `hook`:
 * the other unit makes systemd restart it, after a start, a reload and a stop. `watch`: a service watches Docker's
 * rules, and brings them back whatever removes them. `wants`: started after the other unit, which it starts, and never
 * restarted. `order`: only started after it.
 */
export type Relation = (typeof RELATIONS)[number];

/** A relation that restarts nothing: it is for who asks for it, and never offered. */
export type SoftRelation = 'wants' | 'order';

/** Whether a stop of the followed unit stops this one too, so that it may have to come back. */
export function isStoppedAlong(relation: Relation): boolean {
  return relation === 'requires' || relation === 'part-of';
}

/** Whether a relation restarts nothing. */
export function isSoft(relation: Relation | null): relation is SoftRelation {
  return relation === 'wants' || relation === 'order';
}

/** How a watch brings the rules back: by writing them as they were, or by a restart of Docker. */
export const HEALS = ['put-back', 'restart'] as const;

/** How a watch brings the rules back. */
export type Heal = (typeof HEALS)[number];

/** A template: what it is for, the unit, and the units that it may follow. */
export interface Template {
  readonly name: string;
  readonly unit: string;
  readonly purpose: string;
  /** the file name of the drop-in; it may hold `@follow@` */
  readonly dropIn: string;
  /** that of the drop-in on the followed unit, for the relation hook; it may hold `@unit@` */
  readonly hookDropIn: string;
  /** that of the drop-in by which a start of the followed unit starts this one; it may hold `@unit@` */
  readonly comeBackDropIn: string;
  /** the units that it may follow, the most likely first */
  readonly candidates: readonly string[];
  /** other firewalls that are known by name to wipe rules that somebody else wrote */
  readonly firewalls: readonly string[];
  /** by unit, the tool of its own with which a firewall writes its rules anew */
  readonly tools: Readonly<Record<string, string>>;
  /** those of them for which `systemctl reload` does nothing */
  readonly noReload: readonly string[];
  /** firewalls with which nothing has to be done */
  readonly noNeed: readonly NoNeed[];
  /** the packages that bring the units, by distribution */
  readonly packages: readonly Package[];
  /** the relation that is set up if none is requested */
  readonly relation: Relation;
  /** whether a start of the firewall starts it, too, unless that is not wanted */
  readonly comeBack: boolean;
  /** when it keeps its rules in tables of nftables that are its own */
  readonly ownTables: OwnTables | undefined;
  /** the template of another unit that may do the same work instead */
  readonly elsewhere: string | undefined;
  /** where the engine's own configuration lies, in the form of dockerd's daemon.json */
  readonly daemonFile: string | undefined;
  /** the drop-in of each relation but watch, with its placeholders */
  readonly texts: Readonly<Record<Exclude<Relation, 'watch'>, string>>;
  /** the drop-in on the followed unit, for the relation hook */
  readonly hookText: string;
  /** the drop-in by which a start of the followed unit starts this one */
  readonly comeBackText: string;
  /** the drop-in for the mount of a path; only the texts that fit any followed unit have it */
  readonly mountText: string;
  /** the files of the relation watch; undefined if rules of the unit cannot be watched */
  readonly watch: Watch | undefined;
  /** the texts that fit any followed unit */
  readonly general: () => TemplateTexts;
}

/** What the relation watch installs beside its drop-in, and the texts of all three files. */
export interface Watch {
  /** the name of the service that watches */
  readonly service: string;
  /** the path of the script that it runs */
  readonly script: string;
  /** the drop-in with and without a firewall to follow, the service and the script, with their placeholders */
  readonly texts: () => WatchTexts;
}

/** The drop-ins of a template, with their placeholders. */
export type TemplateTexts = Pick<Template, 'texts' | 'hookText' | 'comeBackText' | 'mountText'>;

/** The name of a drop-in that follows any unit: each followed unit has one of its own. */
export const GENERAL_DROP_IN = '50-follow-@follow@.conf';

/** A package that brings a unit. */
export interface Package {
  /** ID of os-release(5), or one of ID_LIKE */
  readonly distribution: string;
  /** the unit that somebody may look for */
  readonly wanted: string;
  readonly name: string;
  /** the unit that the package brings, which may have another name */
  readonly unit: string;
}

/** A firewall with which nothing has to be done, why, and the setting that would change that. */
export interface NoNeed {
  readonly unit: string;
  readonly why: string;
  /** what turns it on; without any of these settings it does nothing, whatever its unit says */
  readonly onlyIf?: { readonly file: string; readonly settings: readonly string[] } | undefined;
  readonly unless: { readonly file: string; readonly setting: string } | undefined;
  /** its name on D-Bus, if the unit asks for it there when it starts */
  readonly busName?: string | undefined;
}

/** A file, and the setting that it has to hold; any content will do if there is none. */
export interface Condition {
  readonly file: string;
  readonly setting: string | undefined;
}

/** When a unit keeps its rules in tables of nftables that are its own. */
export interface OwnTables {
  readonly if: readonly Condition[];
  readonly unless: readonly Condition[];
}
