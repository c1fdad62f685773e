import type { Problem } from '../../units/unit.js';
import { placed } from '../usable.js';
import { warn } from './finding.js';
import type { Look } from './situation.js';

/** Somebody's wish, and no part of a file that gets lost. */
const HARMLESS = ['replaced-drop-in', 'self-dependency'];

/** systemd drops part of a file that belongs to one of the two units: what `show` lists as problems. */
export const brokenDropIn: Look = ({ unit, follow }) => {
  const both = follow.loadState === 'loaded' ? [unit, follow] : [unit];
  const problems = new Map<string, Problem>();
  for (const { problems: found } of both)
    for (const problem of found)
      if (!HARMLESS.includes(problem.code)) problems.set(`${placed(problem)} ${problem.code}`, problem);
  return [...problems.values()].map((problem) =>
    warn(
      'broken-dropin',
      placed(problem),
      `mend that line of ${problem.file}; unit-patch show lists all of them`,
    ),
  );
};
