import type { Setting, Unit } from '../units/unit.js';

/** How often a unit may be started within a time: systemd.unit(5), StartLimitIntervalSec=. */
export interface StartLimit {
  readonly interval: Setting | undefined;
  readonly burst: Setting | undefined;
  /** what takes the limit away; undefined where there is one */
  readonly liftedBy: Setting | undefined;
}

/** The limit of a unit, as far as its files say it. */
export function startLimitOf(unit: Unit): StartLimit {
  const interval = limit(unit, /^StartLimitInterval(?:Sec)?$/);
  const burst = limit(unit, /^StartLimitBurst$/);
  const liftedBy = [interval, burst].find((one) => one !== undefined && isZero(one));
  return { interval, burst, liftedBy };
}

function limit({ directives }: Unit, key: RegExp): Setting | undefined {
  // systemd takes them in [Service] too, where they stood before 230: one value, and the last one counts.
  return directives.findLast((one) => key.test(one.key) && ['Unit', 'Service'].includes(one.section));
}

/** ratelimit_configured(): zero is no limit; an interval without end is one that never forgets. */
function isZero({ value }: Setting): boolean {
  return /^0+\s*[a-z]*$/.test(value);
}
