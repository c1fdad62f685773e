/** Our reading of a unit beside that of systemd. */
import { showReport } from '../../src/index.js';
import type { Unit } from '../../src/index.js';
import type { Reading } from '../conformance/dump.js';
import { declared } from './automatic.js';
import type { Dependencies } from './automatic.js';

/** One fact of a unit on which the two do not agree. */
export interface Disagreement {
  readonly unit: string;
  readonly fact: string;
  readonly systemd: unknown;
  readonly ours: unknown;
}

/** The facts of a unit that are compared, by name: `fragment`, `After` … */
export type Facts = Readonly<Record<string, unknown>>;

/** All facts on which two readings of a unit differ. */
export function disagreements(unit: string, systemd: Facts, ours: Facts): Disagreement[] {
  const names = [...new Set([...Object.keys(systemd), ...Object.keys(ours)])];
  return names
    .filter((fact) => JSON.stringify(systemd[fact]) !== JSON.stringify(ours[fact]))
    .map((fact) => ({ unit, fact, systemd: systemd[fact], ours: ours[fact] }));
}

/** What systemd says, without the dependencies that the unit has by itself. */
export function factsOfSystemd(reading: Reading, byItself: Dependencies): Facts {
  const { dependencies, ...rest } = reading;
  return { ...rest, ...declared(dependencies, byItself) };
}

/** What we say, in the same shape. */
export function factsOfOurs(unit: Unit, byItself: Dependencies): Facts {
  const { id, names, loadState, fragment, dropIns, dependencies } = showReport(unit);
  const byKind = Object.entries(dependencies).map(([kind, found]) => [kind, found.map((one) => one.unit)]);
  const own = declared(Object.fromEntries(byKind) as Dependencies, byItself);
  return { id, names: [...names].sort(), loadState, fragment, dropIns, ...own };
}
