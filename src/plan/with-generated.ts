import type { Files } from '../files/files.js';
import { type OverlayFile, OverlayFiles } from '../files/overlay-files.js';
import { Transactions } from '../transactions/transactions.js';
import type { GeneratedUnit } from '../units/generated/generated-unit.js';
import { filesOf, generatedUnit, RC_LOCAL, rcLocalLink } from '../units/generated/generated.js';
import { type LoadOptions, UnitLoader } from '../units/loader.js';
import type { Unit } from '../units/unit.js';

/** A root as systemd will see it once its generators have run. */
export interface WithGenerated {
  readonly loader: UnitLoader;
  readonly transactions: Transactions;
  /** the units that are not there yet, by their names */
  readonly generated: ReadonlyMap<string, GeneratedUnit>;
}

/**
 * Adds the units that generators will make, as far as these names, or what they need, are of units that are not there.
 * If all are there, no file is read for it: /run/systemd/generator of a running system has them already.
 */
export function withGenerated(
  files: Files,
  options: LoadOptions,
  before: Pick<WithGenerated, 'loader' | 'transactions'>,
  names: readonly string[],
  active: readonly string[],
): WithGenerated {
  const generated = new Map<string, GeneratedUnit>();
  const links = names.includes(RC_LOCAL) ? rcLocalLink(files) : [];
  let { loader, transactions } = links.length > 0 ? withFiles(links) : before;
  // Each round adds one unit at least, and what a made one needs may have to be made as well.
  for (;;) {
    const made = missingAmong(transactions, names)
      .flatMap((name) => generatedUnit(files, name, options.systemd) ?? [])
      .filter(({ name }) => !generated.has(name));
    if (made.length === 0) return { loader, transactions, generated };
    for (const one of made) generated.set(one.name, one);
    ({ loader, transactions } = withFiles([...links, ...[...generated.values()].flatMap(filesOf)]));
  }

  function withFiles(made: readonly OverlayFile[]): Pick<WithGenerated, 'loader' | 'transactions'> {
    const planned = new UnitLoader(new OverlayFiles(files, made), options);
    return { loader: planned, transactions: Transactions.of(planned, active) };
  }
}

function missingAmong(transactions: Transactions, names: readonly string[]): string[] {
  const needed = names.flatMap((name) => transactions.needsOf(name));
  return [...new Set(needed.filter(({ loadState }) => loadState === 'not-found').map(({ id }) => id))];
}

/** The unit with the file that a generator reads instead of the one that it will write. */
export function readFromSource(
  files: Files,
  unit: Unit,
  { generated }: Pick<WithGenerated, 'generated'>,
): Unit {
  const made = generated.get(unit.id) ?? [...generated.values()].find(({ path }) => path === unit.fragment);
  if (!made) return unit;
  const { file } = made.source;
  const inputs = unit.inputs.map((one) =>
    one.path === made.path ? { path: file, bytes: files.read(file) } : one,
  );
  return { ...unit, inputs };
}
