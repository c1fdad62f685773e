import type { Files, RootPath } from '../../files/files.js';
import type { Relation } from '../../firewalls/template.js';
import { coverageOf, EVENT_WORDS, type Outcome } from '../coverage.js';
import { ownDirectory, type OwnFile } from '../own-file.js';
import { type Finding, refuse, type CheckContext, warn } from './finding.js';

/** What keeps our drop-in from being written. */
export function obstacles(files: Files, { unit, path, owner }: OwnFile): Finding[] {
  switch (owner) {
    case 'nobody':
      return directoryObstacles(files, unit, path);
    case 'not a file':
      return [nameTaken(path, 'is not a regular file')];
    case 'theirs':
      return [nameTaken(path, 'exists already')];
    case 'edited':
      return [edited(path)];
    case 'ours':
      return [];
  }
}

export function directoryObstacles(files: Files, unit: string, path: RootPath): Finding[] {
  const asked = ownDirectory(unit);
  if (files.lstat(asked)?.kind === 'link' && !files.follow(asked).info)
    return [nameTaken(asked, 'is a link that leads nowhere')];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const directory = path.slice(0, at) as RootPath;
    const info = files.lstat(directory);
    if (info) return info.kind === 'directory' ? [] : [nameTaken(directory, 'is not a directory')];
  }
  return [];
}

/** The name of our drop-in is in use by something that we did not write. */
export function nameTaken(path: RootPath, what: string): Finding {
  return refuse(
    'name-taken',
    `${path} ${what}, and was not written by unit-patch`,
    'move it out of the way, or put what it says into a file of another name',
  );
}

/** Our drop-in was changed by somebody since it was written. */
export function edited(path: RootPath, what = 'replacing it'): Finding {
  return refuse(
    'edited',
    `${path} was edited since unit-patch wrote it, and ${what} would lose that`,
    'move the edited lines to a drop-in of your own, and remove this one',
  );
}

/** What is to be written would not count. */
export function shadowed(path: RootPath, by: RootPath | undefined): Finding {
  const why =
    by === undefined ? 'systemd would not read it there' : `${by} has the same name and comes first`;
  return refuse(
    'shadowed',
    `${path} would have no effect: ${why}`,
    `remove ${by ?? 'what keeps systemd from reading it'}`,
  );
}

/** What is to be written would be taken back, or said otherwise, by a file that systemd reads later. */
export function overruled(path: RootPath, setting: string, later: readonly RootPath[]): Finding {
  return refuse(
    'shadowed',
    `${setting} in ${path} would have no effect: a drop-in that comes after it takes it back (${later.join(', ')})`,
    'take that line out of the later file',
  );
}

/** Our drop-in ties the unit to one that is gone, or is no longer in use: until it is replaced, the unit may not start. */
export function staleFollow(
  { withoutOurs: withoutOurs, follow }: CheckContext,
  path: RootPath,
  names: readonly string[],
): Finding[] {
  const gone = new Set(names.filter((name) => name !== follow.id));
  return [...gone].map((name) => {
    const isThere = !['not-found', 'masked'].includes(withoutOurs.load(name).loadState);
    return warn(
      'stale-follow',
      `${path} has the unit follow ${name}, which ${isThere ? 'this system does not use' : 'is not there'} any more`,
      `the plan has it follow ${follow.id} instead`,
    );
  });
}

/**
 * Another relation than the one that files of ours set up replaces it: what it does not cover any more is said.
 * @param inPlace the relation that is in place; undefined if there is none of ours
 */
export function relationChanges(
  { files, template, unit, follow, relation }: CheckContext,
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
