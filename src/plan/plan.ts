import { createHash } from 'node:crypto';
import type { RootPath } from '../files/files.js';
import type { Relation } from '../firewalls/template.js';
import type { RealName, Unit } from '../units/unit.js';
import type { Covered } from './coverage.js';
import type { Finding } from './findings/finding.js';
import type { SavedRequest } from './request.js';
import {
  asSetting,
  type InForce,
  isDependency,
  type Relations,
  type SettingText,
  written,
} from './settings.js';

/** One file that the plan makes, changes or removes. */
export interface Change {
  readonly path: RootPath;
  /** what is done to it */
  readonly action: 'create' | 'modify' | 'delete';
  /** its text now; null if there is no file yet */
  readonly before: string | null;
  /** its text afterwards; null if it is deleted */
  readonly after: string | null;
  /**
   * the directories above it that are made or removed with it, the topmost first; one that holds anything else stays
   */
  readonly directories: readonly RootPath[];
  /** it is a program, of mode 0755; missing for all other files, which have 0644 */
  readonly isExecutable?: true;
}

/** A service of ours, and what is done with it on a running system once the files are there, or before they go. */
export interface ServiceAction {
  readonly unit: RealName;
  /** `restart` if it runs by now with other files */
  readonly action: 'start' | 'restart' | 'stop';
}

/** A file that the plan was made from; null if there was none. */
export interface Input {
  readonly path: RootPath;
  /**
   * of its content, in hex; null if there was no file
   * @pattern ^[0-9a-f]{64}$
   */
  readonly sha256: string | null;
}

/** The change of one file; undefined if nothing changes. */
export function changeOf(
  path: RootPath,
  before: string | null,
  after: string | null,
  directories: readonly RootPath[],
  isExecutable = false,
): Change | undefined {
  if (before === after) return undefined;
  const action = before === null ? 'create' : after === null ? 'delete' : 'modify';
  const change = {
    path,
    action,
    before,
    after,
    directories: action === 'modify' ? [] : directories,
  } as const;
  return isExecutable ? { ...change, isExecutable } : change;
}

/** The part of a plan that concerns one unit. */
export interface PlannedDropIn {
  readonly unit: RealName;
  /** the drop-ins of ours there, as the plan writes, keeps or removes them */
  readonly dropIns: readonly RootPath[];
  /** the wanted settings of this unit that are in force already, every place that says so */
  readonly inForce: readonly InForce[];
  /** the settings that are to be written */
  readonly missing: readonly SettingText[];
  /** the settings that nothing says any more once the plan is applied */
  readonly removed: readonly SettingText[];
}

/** A unit that a drop-in of ours makes the unit follow, besides the one that the plan is about. */
export interface AlsoFollows {
  readonly unit: RealName;
  /** the file that says so */
  readonly dropIn: RootPath;
}

/** The unit that is followed, and how it was chosen. */
export interface ChosenFollow {
  /** the requested name; null if none was given */
  readonly asked: string | null;
  readonly unit: RealName;
  /** how it was chosen */
  readonly why: string;
}

/** The changes to make, and why; data only, so that the shown plan and the applied one cannot differ. */
export interface Plan {
  /** the name and version of this document's schema */
  readonly schema: 'unit-patch/plan@1';
  /**
   * where the root lies on this machine; `/` for the running system, `ssh://HOST` for another machine
   * @pattern ^(?:/|ssh://)
   */
  readonly root: string;
  readonly asked: SavedRequest;
  /** the real name of the unit that will follow */
  readonly unit: RealName;
  /** null if nothing has to be followed, and if a watch is all, since no unit is the firewall */
  readonly follow: ChosenFollow | null;
  /** how it is followed; null if something is reverted */
  readonly relation: Relation | null;
  /** the service of a watch; missing if the plan has none */
  readonly service?: ServiceAction;
  /** the other units that files of ours make it follow; left out if there are none */
  readonly alsoFollows?: readonly AlsoFollows[];
  /**
   * the wanted settings that are in force already, every place that says so; this and the next two cover all parts
   * together
   */
  readonly inForce: readonly InForce[];
  /** the settings that are to be written */
  readonly missing: readonly SettingText[];
  /** the settings that nothing says any more once the plan is applied */
  readonly removed: readonly SettingText[];
  /**
   * the same for each unit that has the settings: the one that follows first, and with the relation hook the followed
   * one
   */
  readonly parts: readonly PlannedDropIn[];
  /** the settings that the unit and the followed one have about each other; both the same if nothing changes */
  readonly ties: Relations;
  /** what would go wrong, or is good to know */
  readonly findings: readonly Finding[];
  /** every file that is made, changed or removed; none if the plan is refused */
  readonly changes: readonly Change[];
  /** every file that the plan was made from, in the order of the paths */
  readonly inputs: readonly Input[];
  /** whether the plan changes anything */
  readonly changed: boolean;
  /** what the relation covers, and what it does not, event by event; empty if nothing is followed */
  readonly coverage: readonly Covered[];
  /** the same without the changes of this plan; left out unless it was asked for, since it takes as long again */
  readonly coverageBefore?: readonly Covered[];
}

/**
 * Whether a plan must not be applied. This alone decides it.
 * @example
 * ```ts
 * import { findTemplate, isRefused, openSystem, planPatch } from 'unit-patch';
 *
 * const request = { template: findTemplate('docker'), follow: 'nowhere.service' };
 * assert.equal(isRefused(planPatch(openSystem('examples/centos-7'), request)), true);
 * ```
 */
export function isRefused({ findings }: Pick<Plan, 'findings'>): boolean {
  return findings.some(({ level }) => level === 'refuse');
}

/** Whether the unit has nothing to follow, and no rules that a watch would bring back: there is nothing to do. */
export function needsNothing({
  relation,
  follow,
  parts,
}: Pick<Plan, 'relation' | 'follow' | 'parts'>): boolean {
  return relation !== null && follow === null && parts.length === 0;
}

/** The codes of the findings that refuse a plan, each once. */
export function refusals({ findings }: Pick<Plan, 'findings'>): string[] {
  return [...new Set(findings.filter(({ level }) => level === 'refuse').map(({ code }) => code))];
}

/** The settings that a unit no longer has once it is as in `after`. */
export function removedBetween(before: Unit, after: Unit): string[] {
  const still = new Set(settingsOf(after));
  return settingsOf(before).filter((setting) => !still.has(setting));
}

function settingsOf({ dependencies, directives }: Unit): string[] {
  const others = directives.filter((setting) => !isDependency(setting));
  return [...dependencies.map(asSetting), ...others].map(written);
}

/** The settings of all parts of a plan, together. */
export function flattenDropIns(
  parts: readonly PlannedDropIn[],
): Pick<Plan, 'inForce' | 'missing' | 'removed' | 'parts'> {
  return {
    inForce: parts.flatMap(({ inForce }) => inForce),
    missing: parts.flatMap(({ missing }) => missing),
    removed: parts.flatMap(({ removed }) => removed),
    parts,
  };
}

/** SHA-256 of a file's content, in hex. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A file as it was read; its sum is made on demand, since not every run needs it. */
export function inputOf(path: RootPath, bytes: Buffer | undefined): Input {
  return {
    path,
    get sha256() {
      return bytes ? sha256(bytes) : null;
    },
  };
}

/** The files that units were read from, each once, in the order of their paths. */
export function inputsOf(units: readonly Unit[], own: readonly Input[]): Input[] {
  const read = units.flatMap(({ inputs }) => inputs.map(({ path, bytes }) => inputOf(path, bytes)));
  const all = new Map([...read, ...own].map((input) => [input.path, input]));
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
