import { BOOT_UNITS } from './boot.js';
import type { Transaction } from './transaction.js';

/** What systemd does before and after a change of its units: at boot, and when docker alone is started. */
export interface Doings {
  readonly boot: Transaction;
  readonly start: Transaction;
}

/** What a drop-in changed for the worse; what is not named is as it was. */
export interface Harm {
  /** The start of docker fails with this. */
  readonly cannotStart?: string;
  /** The units of a cycle that a boot has now; if there are several, the one of the fewest units. */
  readonly bootCycle?: readonly string[];
  /** The same for a start of docker. */
  readonly startCycle?: readonly string[];
  /** Units that a boot starts no longer. */
  readonly lost?: readonly string[];
  /** Units that docker or the boot starts now, and the boot did not start before. */
  readonly added?: readonly string[];
}

/** Says what got worse; an empty object if nothing did. */
export function harmOf(before: Doings, after: Doings): Harm {
  const { failed } = after.start;
  const bootCycle = newCycle(before.boot, after.boot);
  const harm: Harm = {
    ...(failed === undefined || failed === before.start.failed ? {} : { cannotStart: failed }),
    ...named('bootCycle', bootCycle),
    ...named('startCycle', newCycle(before.start, after.start)),
  };
  // Which unit of a cycle is left out, and what goes with it, systemd picks at random.
  if (bootCycle.length > 0) return harm;
  const now = [...after.boot.starts, ...after.start.starts];
  return {
    ...harm,
    ...named('lost', without(before.boot.starts, after.boot.starts)),
    ...named('added', without(now, [...before.boot.starts, ...before.start.starts])),
  };
}

function newCycle(before: Transaction, after: Transaction): readonly string[] {
  const known = new Set(before.cycles.map(String));
  const found = after.cycles.filter((cycle) => !known.has(String(cycle)));
  return [...found].sort((a, b) => a.length - b.length)[0] ?? [];
}

// The boot's own targets come and go with the units that want them.
function without(all: readonly string[], some: readonly string[]): string[] {
  return [...new Set(all)].filter((unit) => !some.includes(unit) && !BOOT_UNITS.has(unit)).sort();
}

function named(name: keyof Harm, units: readonly string[]): Harm {
  return units.length === 0 ? {} : { [name]: units };
}
