import type { Plan } from '../plan/plan.js';
import type { CommandResult, Manager } from '../system/system.js';
import type { Steps } from './steps.js';

/** The output of `systemd-analyze verify`; undefined if it is not installed. */
export function verify(
  manager: Manager | undefined,
  { unit, follow, parts }: Plan,
): CommandResult | undefined {
  // Both, so that problems of the other unit are known before this one pulls it in.
  const units = [unit, ...(follow ? [follow.unit] : []), ...parts.map((part) => part.unit)];
  return manager?.verify?.([...new Set(units)]);
}

/** The step that a machine without systemd-analyze does not have. */
export const VERIFIED = 'check that systemd-analyze verify reports nothing new';

/** Fails if `systemd-analyze verify` says anything that it did not say before. */
export function mustAddNothingTo(
  before: CommandResult | undefined,
  manager: Manager,
  steps: Steps,
  plan: Plan,
): void {
  if (before?.status == null) {
    steps.note(`skip systemd-analyze verify: ${before?.stderr ?? 'it is not installed'}`);
    return;
  }
  steps.take(VERIFIED, () => {
    const after = verify(manager, plan) ?? before;
    if (after.status === null) throw new Error(after.stderr);
    const fresh = newComplaints(before, after).filter((one) => !isAboutGenerated(manager, one));
    if (fresh.length > 0 && !plan.findings.some(({ forced }) => forced)) throw new Error(fresh.join('; '));
  });
}

/** systemd-analyze verify does not look into /run/systemd/generator, so it misses all mounts of /etc/fstab. */
function isAboutGenerated(manager: Manager, complaint: string): boolean {
  const [, unit] = /\bUnit (\S+) not found\.?$/.exec(complaint) ?? [];
  if (unit === undefined) return false;
  const shown = manager.show(unit, ['LoadState', 'FragmentPath']).stdout;
  return /^LoadState=loaded$/m.test(shown) && /^FragmentPath=\/run\/systemd\/generator/m.test(shown);
}

/**
 * The complaints of `systemd-analyze verify` that are new. Numbers do not count, since they may be pids, times or
 * lines that moved; a complaint that is there twice now and was there once before is new.
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

/** transaction_verify_order_one() reports a cycle from any of its units, and picks any job to drop. */
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
