import { createHash } from 'node:crypto';
import type { RootPath } from '../system/files.js';
import type { Unit } from '../units/unit.js';
import type { Asked } from './asked.js';
import type { Covered } from './coverage.js';
import { written } from './drop-in-text.js';
import type { Finding } from './findings/finding.js';
import type { InForce } from './in-force.js';
import type { Relation } from './template.js';
import type { Ties } from './ties.js';

/** One file that the plan makes, changes or takes away. */
export interface Change {
  readonly path: RootPath;
  readonly action: 'create' | 'modify' | 'delete';
  readonly before: string | null;
  readonly after: string | null;
  /** those above it that come or go with it, the topmost first; one that holds anything else stays */
  readonly directories: readonly RootPath[];
}

/** A file that the plan was made from; null where there was none. */
export interface Input {
  readonly path: RootPath;
  readonly sha256: string | null;
}

/** The change of one file; undefined where nothing changes. */
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

/** What is to be done, and why; data only, so that showing it and doing it cannot differ. */
export interface Plan {
  readonly schema: 'unit-patch/plan@1';
  /** where the root lies on this machine; `/` for the running system */
  readonly root: string;
  readonly asked: Asked;
  /** the real name of the unit that is to follow */
  readonly unit: string;
  /** null where nothing has to be followed */
  readonly follow: { readonly asked: string | null; readonly unit: string; readonly why: string } | null;
  /** null where something is taken back */
  readonly relation: Relation | null;
  readonly inForce: readonly InForce[];
  /** the settings that are to be written: `Requires=iptables.service` */
  readonly missing: readonly string[];
  /** the settings that nothing says any more once the plan is applied */
  readonly gone: readonly string[];
  /** what the unit and the followed one say of each other; both the same where nothing is to change */
  readonly ties: Ties;
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly inputs: readonly Input[];
  /** whether anything is to be changed */
  readonly changed: boolean;
  /** what the relation covers, and what it does not; empty where nothing is followed */
  readonly coverage: readonly Covered[];
}

/** The dependencies that a unit has no more once it is what `after` is. */
export function goneBetween(before: Unit, after: Unit): string[] {
  const still = new Set(after.dependencies.map(written));
  return before.dependencies.map(written).filter((setting) => !still.has(setting));
}

/** SHA-256 of a file's content, in hex. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The files that units were read from, each once, in the order of their paths. */
export function inputsOf(units: readonly Unit[], own: readonly Input[]): Input[] {
  const read = units.flatMap(({ inputs }) =>
    inputs.map(({ path, bytes }) => ({ path, sha256: sha256(bytes) })),
  );
  const all = new Map([...read, ...own].map((input) => [input.path, input]));
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
