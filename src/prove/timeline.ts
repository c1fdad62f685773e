import type { Count } from '../docker/evidence.js';
import type { UnitState } from '../docker/unit-times.js';
import type { Outage } from './outage.js';
import type { RestartResult } from './watch.js';

/** Something that happened. */
export interface Moment {
  /** after the restart was asked for */
  readonly milliseconds: Count;
  /** what happened */
  readonly text: string;
}

/** What happened when: systemd's own times of the units, and ours of what was seen. */
export function timelineOf(
  course: RestartResult,
  unit: string,
  follow: string,
  outage: Outage | undefined,
): Moment[] {
  const { began, last, backAt } = course;
  const moments: Moment[] = [{ milliseconds: 0, text: `systemctl restart ${follow}` }];
  const note = (at: number | undefined, text: string): void => {
    if (at !== undefined && at >= began)
      moments.push({ milliseconds: Math.round((at - began) / 1000), text });
  };
  const ofUnit = (name: string, state: UnitState): void => {
    const at = (property: string): number => Number(state[`${property}TimestampMonotonic`] ?? 0);
    note(at('ActiveExit'), `${name} goes down`);
    note(at('InactiveEnter'), `${name} is down`);
    note(at('InactiveExit'), `${name} is started`);
    if (state.ActiveState === 'active') note(at('ActiveEnter'), `${name} is up`);
  };
  ofUnit(follow, last.firewall);
  ofUnit(unit, last.docker);
  const isAll = last.missing?.stayDown.length === 0;
  note(backAt, `all of docker's rules and ${isAll ? '' : 'the other '}containers are seen again`);
  if (outage) note(outage.from, 'the last answer');
  if (outage?.isOver) note(outage.to, 'the first answer after it');
  // At the same millisecond, the one that was noted first comes first.
  return moments.sort((one, other) => one.milliseconds - other.milliseconds);
}
