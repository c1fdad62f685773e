import { createHash } from 'node:crypto';
import type { RootPath } from '../system/files.js';
import type { Unit } from '../units/unit.js';
import type { Finding } from './findings/finding.js';
import type { InForce } from './in-force.js';
import type { Relation } from './template.js';

/** One file that the plan makes, changes or takes away. */
export interface Change {
  readonly path: RootPath;
  readonly action: 'create' | 'modify' | 'delete';
  readonly before: string | null;
  readonly after: string | null;
}

/** A file that the plan was made from; null where there was none. */
export interface Input {
  readonly path: RootPath;
  readonly sha256: string | null;
}

/** What is to be done, and why; data only, so that showing it and doing it cannot differ. */
export interface Plan {
  readonly schema: 'unit-patch/plan@1';
  /** where the root lies on this machine; `/` for the running system */
  readonly root: string;
  /** the real name of the unit that is to follow */
  readonly unit: string;
  /** null where nothing has to be followed */
  readonly follow: { readonly asked: string | null; readonly unit: string; readonly why: string } | null;
  readonly relation: Relation;
  readonly inForce: readonly InForce[];
  /** the settings that are to be written: `Requires=iptables.service` */
  readonly missing: readonly string[];
  readonly findings: readonly Finding[];
  readonly changes: readonly Change[];
  readonly inputs: readonly Input[];
  /** whether anything is to be changed */
  readonly changed: boolean;
}

/** SHA-256 of a file's content, in hex. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The files that units were read from, each once, in the order of their paths. */
export function inputsOf(units: readonly Unit[], own: Input): Input[] {
  const read = units.flatMap(({ inputs }) =>
    inputs.map(({ path, bytes }) => ({ path, sha256: sha256(bytes) })),
  );
  const all = new Map([...read, own].map((input) => [input.path, input]));
  return [...all.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
