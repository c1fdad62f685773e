import type { RootPath } from '../../system/files.js';
import { refuse, warn, type Finding } from './finding.js';
import type { Situation } from './situation.js';

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
  { without, follow }: Situation,
  path: RootPath,
  names: readonly string[],
): Finding[] {
  const gone = new Set(names.filter((name) => name !== follow.id));
  return [...gone].map((name) => {
    const isThere = !['not-found', 'masked'].includes(without.load(name).loadState);
    return warn(
      'stale-follow',
      `${path} has the unit follow ${name}, which ${isThere ? 'this system does not use' : 'is not there'} any more`,
      `the plan has it follow ${follow.id} instead`,
    );
  });
}
