import type { CommandResult } from '../system/system.js';

/**
 * What `systemd-analyze verify` says now and did not say before. Numbers do not count, since they may be pids,
 * times or lines that moved; what is said twice now and was said once before is new.
 */
export function newComplaints(before: CommandResult, after: CommandResult): string[] {
  const known = new Map<string, number>();
  for (const { kind } of complaintsIn(before)) known.set(kind, (known.get(kind) ?? 0) + 1);
  return complaintsIn(after)
    .filter(({ kind }) => {
      const left = known.get(kind) ?? 0;
      known.set(kind, left - 1);
      return left <= 0;
    })
    .map(({ text }) => text);
}

interface Complaint {
  readonly text: string;
  /** equal for complaints that mean the same */
  readonly kind: string;
}

/** transaction_verify_order_one() begins to tell of a cycle at any of its units, and picks any job to drop. */
const aboutCycle = /ordering cycle|Found dependency on|break cycle/;

function complaintsIn({ stdout, stderr }: CommandResult): Complaint[] {
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const cycles = lines.filter((line) => aboutCycle.test(line));
  const inCycles = new Set(cycles.flatMap((line) => line.match(/(?<![^\s/])[^\s/]+(?=\/[a-z-])/g) ?? []));
  return [
    ...lines
      .filter((line) => !aboutCycle.test(line))
      .map((text) => ({ text, kind: text.replace(/0x[0-9a-f]+|\d+/gi, '#') })),
    ...[...inCycles].map((unit) => ({ text: `${unit} is in an ordering cycle`, kind: `cycle ${unit}` })),
  ];
}
