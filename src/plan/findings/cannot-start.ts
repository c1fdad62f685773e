import {
  blockersOf,
  blockersOfFollow,
  stateInWords,
  waysPast,
  wayInWords,
  type Blocker,
} from './blockers.js';
import { refuse, warn, type Finding } from './finding.js';
import { packageWays } from './packages.js';
import type { Look, Situation } from './situation.js';

/**
 * The unit that follows cannot be started as it is, whatever it follows. Tied to it, the followed unit cannot be
 * restarted either while the other one runs: systemctl says "Unit … is masked", and nothing of it is done.
 */
export const cannotStart: Look = (situation) => {
  const { unit, follow } = situation;
  const told = new Set([follow.id, ...blockersOfFollow(situation).map((one) => one.unit.id)]);
  return blockersOf(situation, unit.id)
    .filter((blocker) => !told.has(blocker.unit.id))
    .map((blocker) => finding(situation, blocker));
};

function finding(situation: Situation, blocker: Blocker): Finding {
  const { unit, facts, template, files } = situation;
  const why = `${wayInWords(blocker.way)}, ${stateInWords(situation, blocker)}`;
  const packages = blocker.state === 'missing' ? packageWays(template, files, blocker.unit.id) : [];
  const hint = [...packages, ...waysPast(situation, blocker)].join(', or ');
  const harm = `${unit.id} cannot start, and ${consequence(situation)}`;
  if (blocker.state !== 'missing' || facts.isLive) return refuse('cannot-start', `${why}, so ${harm}`, hint);
  return warn('cannot-start', `${why}; unless something brings it, ${harm}`, hint);
}

function consequence({ unit, follow, relation, template }: Situation): string {
  if (relation === 'hook') return `a restart of ${follow.id} would not restart it`;
  const rules = template.candidates.length > 0 ? ' and load no rules' : '';
  return `while ${unit.id} runs, a restart of ${follow.id} would fail too${rules}`;
}
