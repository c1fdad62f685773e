import type { Run } from '../conformance/systemd-sandbox.js';

/** The transaction with which systemd would start a unit. */
export interface Transaction {
  /** The units that would be started. */
  readonly starts: readonly string[];
  /** The units that would be stopped. */
  readonly stops: readonly string[];
  /** Why nothing at all would be done, in systemd's words. */
  readonly failed: string | undefined;
  /** The units of each ordering cycle that systemd found, sorted. */
  readonly cycles: readonly (readonly string[])[];
  /** The units that it leaves out to break those cycles. */
  readonly deleted: readonly string[];
}

/** Reads what a test run of systemd printed: the jobs at the end of its dump, and what its log says of cycles. */
export function readTransaction({ dump, log }: Run): Transaction {
  const start = dump.search(/^(?:->|→) By jobs:/mu);
  const jobs = [...(start < 0 ? '' : dump.slice(start)).matchAll(/^\t\tAction: (\S+) (?:->|→) (\S+)$/gmu)];
  const ofType = (...types: string[]): string[] =>
    jobs.filter(([, , type = '']) => types.includes(type)).map(([, unit = '']) => unit);
  return {
    // A unit that is active already would be verified only.
    starts: ofType('start', 'verify-active', 'restart').sort(),
    stops: ofType('stop', 'restart').sort(),
    failed: /^Failed to (?:start|isolate) default target: (.*)$/m.exec(log)?.[1],
    cycles: cyclesIn(log),
    deleted: [...log.matchAll(/: Job (\S+)\/\S+ deleted to break ordering cycle/g)].map(
      ([, unit = '']) => unit,
    ),
  };
}

/** A cycle is logged in lines that follow each other; the last one names the unit at which it began. */
function cyclesIn(log: string): string[][] {
  const cycles: string[][] = [];
  for (const [, how, unit = ''] of log.matchAll(/: Found (ordering cycle|dependency) on (\S+)\/\S+$/gm)) {
    if (how === 'ordering cycle') cycles.push([unit]);
    else cycles.at(-1)?.push(unit);
  }
  return cycles.map((units) => [...new Set(units)].sort());
}
