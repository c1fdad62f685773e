import { coverageOf, type Outcome } from '../coverage.js';
import { Courses } from '../courses.js';
import { EVENT_WORDS } from '../events.js';
import { ownSays } from '../drop-in.js';
import { isDependency } from '../settings.js';
import type { Check, CheckContext } from './check.js';
import { type Report, warn } from './finding.js';

/**
 * Our drop-in ties the unit to one that is gone, or is no longer in use: until it is replaced, the unit may not start.
 */
export const staleFollow: Check = {
  code: 'stale-follow',
  level: 'warn',
  docs: {
    title: 'the drop-in follows a unit that is no longer used',
    meaning: 'A drop-in of unit-patch follows a unit that is gone, or a firewall that is not used any more.',
    wayOut: 'The plan replaces it.',
  },
  run: {
    follow: (context) => {
      const { stale, ownFiles, dropIns, unit } = context;
      const written = dropIns.filter(({ part }) => part.unit === unit && part.own.owner === 'ours');
      return [
        ...stale.flatMap(({ path }) => others(context, path, ownFiles.followOf(path))),
        ...written.flatMap(({ part }) => {
          const names = ownSays(part)
            // A watch names the service that watches, which nothing follows.
            .filter((one) => isDependency(one) && one.key !== 'Wants')
            .map(({ value }) => value);
          return others(context, part.own.path, names);
        }),
      ];
    },
  },
};

/** The units that a file of ours names besides the followed one. */
function others({ withoutOurs, follow }: CheckContext, path: string, names: readonly string[]): Report[] {
  const gone = new Set(names.filter((name) => name !== follow.id));
  return [...gone].map((name) => {
    const isThere = !['not-found', 'masked'].includes(withoutOurs.load(name).loadState);
    return warn(
      `${path} makes the unit follow ${name}, which ${isThere ? 'this system no longer uses' : 'is gone'}`,
      `the plan makes it follow ${follow.id} instead`,
    );
  });
}

/** A new relation replaces the one that our files set up: the finding names the events that it no longer covers. */
export const relationChanges: Check = {
  code: 'relation-changes',
  level: 'warn',
  docs: {
    title: 'the new relation covers less',
    meaning: 'The new relation no longer covers what the one in place does: the events are named.',
    wayOut: 'Keep the one in place: leave `--relation` out.',
  },
  run: { follow: noLongerCovered },
};

function noLongerCovered(context: CheckContext): Report[] {
  const { files, template, unit, follow, relation, inPlace, healInPlace: heal, current, courses } = context;
  if (inPlace === undefined || inPlace === relation) return [];
  const now = new Courses({ files, template, planned: current, unit: unit.id, follow: follow.id, heal });
  const later = coverageOf(courses);
  const lost = coverageOf(now)
    .filter(({ outcome }, at) => isGood(outcome) && !isGood(later[at]?.outcome))
    .map(({ event }) => EVENT_WORDS[event]);
  if (lost.length === 0) return [];
  return [
    warn(
      `${unit.id} follows ${follow.id} by ${inPlace} now, and ${relation} will no longer cover: ${lost.join(', ')}`,
      `keep it: --relation ${inPlace}, or leave --relation out`,
    ),
  ];
}

function isGood(outcome: Outcome | undefined): boolean {
  return outcome === 'covered' || outcome === 'harmless';
}
