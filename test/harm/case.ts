import type { Relation } from '../../src/firewalls/template.js';
import type { Tree } from '../helpers/tree.js';
import type { Harm } from './change.js';

/** A root in which the drop-in does harm, what systemd shows of it, and the near twins in which it does none. */
export interface Case extends Question {
  readonly code: string;
  /**
   * What systemd shows with the drop-in, as far as it always does: one of these, if it picks at random;
   * by version, if versions differ. Nothing if only a running manager could show it.
   */
  readonly harm?: Shown | readonly Shown[] | ByVersion;
  readonly twins: readonly Twin[];
}

/** A root so like that of the case that a careless check would refuse it too. */
export interface Twin extends Question {
  /** Another code that refuses it anyway: then systemd is not asked. */
  readonly instead?: string;
}

/** A root and what is asked of it. */
export interface Question {
  readonly says: string;
  /** The files besides Debian's boot and docker. */
  readonly root: Tree;
  /** The unit that docker should follow; iptables.service by default. */
  readonly follow?: string;
  readonly relation?: Relation;
}

/** The harm, or matchers of it. */
export type Shown = Readonly<Partial<Record<keyof Harm, unknown>>>;

/** What the versions of systemd show, if they differ. */
export type ByVersion = Readonly<Record<252 | 257, Shown>>;

/** What systemd of a version shows: one of these. */
export function harmFor(version: number, { harm = [] }: Pick<Case, 'harm'>): readonly Shown[] {
  if (252 in harm) return [harm[version < 257 ? 252 : 257]];
  return Array.isArray(harm) ? (harm as readonly Shown[]) : [harm as Shown];
}
