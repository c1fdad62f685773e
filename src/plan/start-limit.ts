import type { Setting, Unit } from '../units/unit.js';

/** How often a unit may be started within a time: systemd.unit(5), StartLimitIntervalSec=. */
export interface StartLimitInForce {
  readonly interval: Setting | undefined;
  readonly burst: Setting | undefined;
  /** what lifts the limit; undefined if there is a limit */
  readonly liftedBy: Setting | undefined;
}

/**
 * The limit of a unit, as far as its files say it.
 * @param isOld whether only [Service] counts, as before systemd 230
 */
export function startLimitOf(unit: Unit, isOld = false): StartLimitInForce {
  // systemd takes them in [Service] too, where they stood before 230: one value, and the last one counts.
  const sections = isOld ? ['Service'] : ['Unit', 'Service'];
  const interval = limit(unit, /^StartLimitInterval(?:Sec)?$/, sections);
  const burst = limit(unit, /^StartLimitBurst$/, sections);
  const liftedBy = [interval, burst].find((one) => one !== undefined && isZero(one));
  return { interval, burst, liftedBy };
}

function limit({ directives }: Unit, key: RegExp, sections: readonly string[]): Setting | undefined {
  return directives.findLast((one) => key.test(one.key) && sections.includes(one.section));
}

/** ratelimit_configured(): zero is no limit; an interval without end is one that never forgets. */
function isZero({ value }: Setting): boolean {
  return /^0+\s*[a-z]*$/.test(value);
}
