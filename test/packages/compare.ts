/** Our reading of a unit beside that of systemd. */
import { showReport } from '../../src/index.js';
import type { UnitLoader } from '../../src/index.js';
import type { Reading } from '../conformance/dump.js';
import { beyond } from './automatic.js';

/** One fact of a unit on which the two do not agree. */
export interface Disagreement {
  readonly unit: string;
  readonly fact: string;
  readonly systemd: unknown;
  readonly ours: unknown;
}

/**
 * All facts on which we and systemd disagree about a unit.
 * @param baseline what systemd gives the unit by itself, see {@link undeclared}
 */
export function disagreements(
  loader: UnitLoader,
  unit: string,
  systemd: Reading,
  baseline: Reading,
): Disagreement[] {
  const theirs: Record<string, unknown> = facts(systemd, beyond(systemd.dependencies, baseline));
  const report = showReport(loader.load(unit));
  const declared = Object.entries(report.dependencies).map(([kind, entries]) => [
    kind,
    entries.map((e) => e.unit),
  ]);
  const own: Record<string, unknown> = facts(
    { ...report, names: [...report.names].sort() },
    beyond(Object.fromEntries(declared) as Reading['dependencies'], baseline),
  );
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(own)])];
  return names
    .filter((fact) => JSON.stringify(theirs[fact]) !== JSON.stringify(own[fact]))
    .map((fact) => ({ unit, fact, systemd: theirs[fact], ours: own[fact] }));
}

function facts(
  { id, names, loadState, fragment, dropIns }: Omit<Reading, 'dependencies'>,
  dependencies: Record<string, string[]>,
): Record<string, unknown> {
  return { id, names, loadState, fragment, dropIns, ...dependencies };
}
