import { loadUnit, openRoot, showReport } from '../../src/index.js';
import { DEPENDENCIES, type Reading } from './dump.js';
import { ownSettings } from './settings.js';

const NOBODY = 65534;

/** What `unit-patch show --json` says of a unit of a root, reduced to what systemd's dump says too. */
export function ownReading(image: string, unit: string, version: number): Reading {
  return asNobody(() => readingOf(image, unit, version));
}

/** The same of several units of one root, by their names: to become nobody takes as long as to read a unit. */
export function ownReadings(
  image: string,
  units: readonly string[],
  version: number,
): ReadonlyMap<string, Reading> {
  return asNobody(() => new Map(units.map((unit) => [unit, readingOf(image, unit, version)])));
}

function readingOf(image: string, unit: string, version: number): Reading {
  const report = showReport(loadUnit(openRoot(image), unit, { systemd: version }));
  const dependencies: Record<string, readonly string[]> = {};
  for (const type of DEPENDENCIES) {
    const units = report.dependencies[type] ?? [];
    if (units.length > 0) dependencies[type] = units.map((one) => one.unit).sort();
  }
  const { id, names, loadState, fragment, dropIns } = report;
  const settings = loadState === 'loaded' ? ownSettings(id, report.directives) : [];
  return { id, names: [...names].sort(), loadState, fragment, dropIns, dependencies, settings };
}

/** Prints a reading, one fact a line, so that two of them can be laid side by side. */
export function printReading(reading: Reading): string {
  const facts = [
    ['id', reading.id],
    ['names', reading.names.join(' ')],
    ['load', reading.loadState],
    ['fragment', reading.fragment ?? 'none'],
    ...reading.dropIns.map((path) => ['drop-in', path]),
    ...Object.entries(reading.dependencies).map(([type, units]) => [type, units.join(' ')]),
    ...(reading.settings ?? []).map((setting) => ['setting', setting]),
  ];
  return facts.map(([name, value]) => `  ${name} ${value}\n`).join('');
}

/** Where two readings differ, fact by fact; empty if they agree. */
export function differences(systemd: Reading, ours: Reading): string {
  const common = systemd.settings && ours.settings ? {} : { settings: undefined };
  const [theirs, own] = [systemd, ours].map((one) =>
    printReading({ ...one, ...common })
      .trimEnd()
      .split('\n'),
  );
  if (theirs === undefined || own === undefined || theirs.join('\n') === own.join('\n')) return '';
  const missing = theirs.filter((line) => !own.includes(line)).map((line) => `systemd: ${line.trim()}`);
  const added = own.filter((line) => !theirs.includes(line)).map((line) => `   ours: ${line.trim()}`);
  return [...missing, ...added].join('\n') || `the drop-ins stand in another order: ${own.join(' ')}`;
}

// systemd is asked as an ordinary user, so a file that only root may read must stay closed to us as well.
function asNobody<T>(read: () => T): T {
  if (process.geteuid?.() !== 0) return read();
  process.seteuid?.(NOBODY);
  try {
    return read();
  } finally {
    process.seteuid?.(0);
  }
}
