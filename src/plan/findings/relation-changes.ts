import { coverageOf, EVENT_WORDS, type Outcome } from '../coverage.js';
import type { Relation } from '../template.js';
import { warn, type Finding } from './finding.js';
import type { Situation } from './situation.js';

/**
 * Another relation than the one that files of ours set up replaces it: what it does not cover any more is said.
 * @param inPlace the relation that is in place; undefined if there is none of ours
 */
export function relationChanges(
  { files, template, unit, follow, relation }: Situation,
  inPlace: Relation | undefined,
): Finding[] {
  if (inPlace === undefined || inPlace === relation) return [];
  const later = coverageOf(files, template, relation, unit, follow);
  const lost = coverageOf(files, template, inPlace, unit, follow)
    .filter(({ outcome }, at) => isGood(outcome) && !isGood(later[at]?.outcome))
    .map(({ event }) => EVENT_WORDS[event]);
  if (lost.length === 0) return [];
  return [
    warn(
      'relation-changes',
      `${unit.id} follows ${follow.id} by ${inPlace} now, and ${relation} will no longer cover: ${lost.join(', ')}`,
      `keep it: --relation ${inPlace}, or leave --relation out`,
    ),
  ];
}

function isGood(outcome: Outcome | undefined): boolean {
  return outcome === 'covered' || outcome === 'harmless';
}
