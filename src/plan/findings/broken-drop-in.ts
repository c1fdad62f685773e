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
  const inOrder = [...problems.values()].sort(
    (a, b) => Number(a.file > b.file) - Number(a.file < b.file) || (a.line ?? 0) - (b.line ?? 0),
  );
  return inOrder.map((problem) =>
    warn(
      'broken-dropin',
      placed(problem),
      `mend that line of ${problem.file}; unit-patch show lists all of them`,
    ),
  );
};
