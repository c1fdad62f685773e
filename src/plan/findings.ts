import type { RootPath } from '../system/files.js';
import type { Unit } from '../units/unit.js';
import type { Finding } from './plan.js';
import type { Relation } from './template.js';
import { placed } from './usable.js';

/** What is wrong with the unit to be followed, so that following it would do harm or nothing at all. */
export function targetFindings(unit: Unit, follow: Unit, relation: Relation): Finding[] {
  const name = follow.asked;
  const where = follow.fragment ?? 'a link';
  const outcome = relation === 'requires' ? `${unit.id} would not start` : `there would be nothing to follow`;
  switch (follow.loadState) {
    case 'loaded':
      return [];
    case 'not-found':
      return [
        refuse(
          'target-missing',
          `${name} does not exist here, so ${outcome}`,
          'name a unit that exists: --follow UNIT',
        ),
      ];
    case 'masked':
      return [
        refuse(
          'target-masked',
          `${name} is masked by ${where}, so ${outcome}`,
          `unmask it first: systemctl unmask ${name}`,
        ),
      ];
    case 'error':
    case 'bad-setting':
      return [
        refuse(
          'target-broken',
          `systemd cannot load ${name} from ${where}, so ${outcome}`,
          `mend it first: ${firstProblem(follow)}`,
        ),
      ];
  }
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
export function edited(path: RootPath): Finding {
  return refuse(
    'edited',
    `${path} was edited since unit-patch wrote it, and replacing it would lose that`,
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

/** The files say it, but systemd has not read them since. */
export function notLoaded(why: string): Finding {
  const text = `the files say all of it, but systemd has not loaded them: ${why}`;
  return {
    code: 'not-loaded',
    level: 'warn',
    text,
    hint: 'systemctl daemon-reload, which unit-patch does for you',
  };
}

function refuse(code: string, text: string, hint: string): Finding {
  return { code, level: 'refuse', text, hint };
}

/** What keeps systemd from loading a unit, in one line. */
function firstProblem({ problems }: Unit): string {
  const fatal = ['bad-header', 'invalid-utf8', 'line-too-long', 'bad-setting', 'not-a-file'];
  const problem = problems.find(({ code }) => fatal.includes(code));
  return problem ? placed(problem) : 'see systemd-analyze verify';
}
