import fc from 'fast-check';
import { rootArbitrary } from './arbitrary.js';
import { Judge, NoAnswer } from './judge.js';
import { describeSearch } from './random-search.js';
import { disagreement } from './disagreement.js';

describeSearch('random roots', {
  name: (roots) => `${roots} are read as systemd reads them`,
  open: (base) => Judge.open(base),
  arbitrary: rootArbitrary,
  report: (judge, root) =>
    disagreement(judge, root).catch((error: unknown) => {
      // Where systemd itself breaks down there is nothing to agree with; fast-check tries another root.
      if (error instanceof NoAnswer) fc.pre(false);
      throw error;
    }),
});
