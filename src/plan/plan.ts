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

/** One file that the plan makes, changes or takes away. */
export interface Change {
  readonly path: RootPath;
  /** what is done to it */
  readonly action: 'create' | 'modify' | 'delete';
  /** its text now; null if there is no file yet */
  readonly before: string | null;
  /** its text afterwards; null if it is deleted */
  readonly after: string | null;
  /** those above it that come or go with it, the topmost first; one that holds anything else stays */
  readonly directories: readonly RootPath[];
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
): Change | undefined {
  if (before === after) return undefined;
  const action = before === null ? 'create' : after === null ? 'delete' : 'modify';
  return { path, action, before, after, directories: action === 'modify' ? [] : directories };
}

/** What a plan is about on one unit. */
export interface PlannedDropIn {
  readonly unit: RealName;
  /** the drop-ins of ours there, as the plan writes, keeps or takes them away */
  readonly dropIns: readonly RootPath[];
  /** what is wanted of this unit and in force already, every place that says it */
  readonly inForce: readonly InForce[];
  /** the settings that are to be written */
  readonly missing: readonly SettingText[];
  /** the settings that nothing says any more once the plan is applied */
  readonly removed: readonly SettingText[];
}

/** A unit that a drop-in of ours has the unit follow besides the one that the plan is about. */
export interface AlsoFollows {
  readonly unit: RealName;
  /** the file that says so */
  readonly dropIn: RootPath;
}

/** The unit that is followed, and how it was chosen. */
export interface ChosenFollow {
  /** the name that was asked for; null if nobody named one */
  readonly asked: string | null;
  readonly unit: RealName;
  /** how it was chosen */
  readonly why: string;
}

/** What is to be done, and why; data only, so that showing it and doing it cannot differ. */
export interface Plan {
  /** the name and version of this document's schema */
  readonly schema: 'unit-patch/plan@1';
  /**
   * where the root lies on this machine; `/` for the running system, `from-cat:FILE` for what systemctl cat printed
   * @pattern ^(?:/|from-cat:)
   */
  readonly root: string;
  readonly asked: SavedRequest;
  /** the real name of the unit that is to follow */
  readonly unit: RealName;
  /** null if nothing has to be followed */
  readonly follow: ChosenFollow | null;
  /** how it is followed; null if something is reverted */
  readonly relation: Relation | null;
  /** what files of ours have it follow besides; left out if there is nothing */
  readonly alsoFollows?: readonly AlsoFollows[];
  /** what is wanted and in force already, every place that says it; this and the next two are of all parts together */
  readonly inForce: readonly InForce[];
  /** the settings that are to be written */
  readonly missing: readonly SettingText[];
  /** the settings that nothing says any more once the plan is applied */
  readonly removed: readonly SettingText[];
  /** the same by the unit that has the settings: the one that follows first, and with the relation hook the followed one */
  readonly parts: readonly PlannedDropIn[];
  /** what the unit and the followed one say of each other; both the same where nothing is to change */
  readonly ties: Relations;
  /** what would go wrong, or is good to know */
  readonly findings: readonly Finding[];
  /** every file that is made, changed or taken away; none if the plan is refused */
  readonly changes: readonly Change[];
  /** every file that the plan was made from, in the order of the paths */
  readonly inputs: readonly Input[];
  /** whether anything is to be changed */
  readonly changed: boolean;
  /** what the relation covers, and what it does not, event by event; empty if nothing is followed */
  readonly coverage: readonly Covered[];
}

/**
 * Whether a plan must not be applied. This alone decides it.
 * @example
 * ```ts
 * import { isRefused, openRoot, parseTemplate, planPatch, readTemplate } from 'unit-patch';
 *
 * const request = { template: parseTemplate(readTemplate('docker')), follow: 'nowhere.service', relation: 'requires' };
 * assert.equal(isRefused(planPatch(openRoot('examples/centos-7'), request)), true);
 * ```
 */
export function isRefused({ findings }: Pick<Plan, 'findings'>): boolean {
  return findings.some(({ level }) => level === 'refuse');
}

/** The codes of the findings that refuse a plan, each once. */
export function refusals({ findings }: Pick<Plan, 'findings'>): string[] {
  return [...new Set(findings.filter(({ level }) => level === 'refuse').map(({ code }) => code))];
}

/** The settings that a unit has no more once it is what `after` is. */
export function removedBetween(before: Unit, after: Unit): string[] {
  const still = new Set(settingsOf(after));
  return settingsOf(before).filter((setting) => !still.has(setting));
}

function settingsOf({ dependencies, directives }: Unit): string[] {
  const others = directives.filter((setting) => !isDependency(setting));
  return [...dependencies.map(asSetting), ...others].map(written);
}

/** All that the parts of a plan say, together. */
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

/** A file as it was read; who only wants to see what is missing does not wait for sums. */
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
