import type { ResolvedRequest } from './plan-patch.js';
import type { Relation } from './template.js';

/** What a plan may come from. */
export const COMMANDS = ['patch', 'revert'] as const;

/** What was asked for, so that the same can be asked again. */
export interface Asked {
  readonly command: (typeof COMMANDS)[number];
  /** the template, or the unit, that was named */
  readonly name: string;
  /** the unit to follow, where one was named */
  readonly follow: string | null;
  /** null where something is taken back */
  readonly relation: Relation | null;
  /** codes of findings that were not to stop the plan */
  readonly force: readonly string[];
  /** whether the start limit was to be lifted, by whatever relation */
  readonly noStartLimit?: true;
}

/** What was asked for, as a plan keeps it. */
export function askedBy({ template, follow, relation, force = [], noStartLimit }: ResolvedRequest): Asked {
  const asked = { command: 'patch', name: template.name, follow: follow ?? null, relation, force } as const;
  return noStartLimit === true ? { ...asked, noStartLimit } : asked;
}
