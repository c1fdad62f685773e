/** Our reading of a unit beside that of systemd. */
import { showReport, type Unit } from '../../src/index.js';
import type { Reading } from '../conformance/dump.js';
import { declared, type Dependencies } from './automatic.js';
import { differentValues } from './values.js';

/** One fact of a unit on which the two do not agree. */
export interface Disagreement {
  readonly unit: string;
  readonly fact: string;
  readonly systemd?: unknown;
  readonly ours: unknown;
}

/**
 * All that we and systemd say differently of a unit.
 * @param byItself the dependencies that it has without declaring them, see automatic()
 */
export function disagreements(systemd: Reading, ours: Unit, byItself: Dependencies): Disagreement[] {
  const unit = ours.asked;
  const [theirs, own] = [factsOfSystemd(systemd, byItself), factsOfOurs(ours, byItself)];
  const facts = [...new Set([...Object.keys(theirs), ...Object.keys(own)])]
    .filter((fact) => JSON.stringify(theirs[fact]) !== JSON.stringify(own[fact]))
    .map((fact) => ({ unit, fact, systemd: theirs[fact], ours: own[fact] }));
  // systemd prints no settings of a unit that it did not load.
  const dumped = systemd.loadState === 'loaded' ? systemd.settings : undefined;
  const values = dumped === undefined ? [] : differentValues(ours.directives, dumped);
  return [...facts, ...values.map((value) => ({ unit, fact: 'value', ours: value }))];
}

type Facts = Readonly<Record<string, unknown>>;

function factsOfSystemd(reading: Reading, byItself: Dependencies): Facts {
  const { id, names, loadState, fragment, dropIns, dependencies } = reading;
  return { id, names, loadState, fragment, dropIns, ...declared(dependencies, byItself) };
}

function factsOfOurs(unit: Unit, byItself: Dependencies): Facts {
  const { id, names, loadState, fragment, dropIns, dependencies } = showReport(unit);
  const byKind = Object.entries(dependencies).map(([kind, found]) => [kind, found.map((one) => one.unit)]);
  const own = declared(Object.fromEntries(byKind) as Dependencies, byItself);
  return { id, names: [...names].sort(), loadState, fragment, dropIns, ...own };
}
