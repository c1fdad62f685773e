import { brokenDropIn } from './broken-drop-in.js';
import { containersStayDown, dockerWritesNoRules, noLiveRestore } from './docker.js';
import type { Finding } from './finding.js';
import { orderingCycle } from './ordering-cycle.js';
import { restartLoop } from './restart-loop.js';
import { reloadNotCovered, startLimit } from './restarts.js';
import { rivalFirewall, twoFirewalls } from './rivals.js';
import type { Look, Situation } from './situation.js';
import { targetBroken, targetEmpty, targetLinked, targetMasked, targetMissing } from './target-state.js';
import { targetAsserts, targetDisabled, targetNotStaying } from './target-use.js';

/** What each code of level `refuse` stands for; those that are false may not be forced. */
export const REFUSALS: Readonly<Record<string, { readonly mayBeForced: boolean }>> = {
  'target-missing': { mayBeForced: true },
  'target-masked': { mayBeForced: true },
  'target-empty': { mayBeForced: true },
  'target-broken': { mayBeForced: true },
  'target-linked': { mayBeForced: true },
  'target-disabled': { mayBeForced: true },
  'target-not-staying': { mayBeForced: true },
  'target-asserts': { mayBeForced: true },
  'rival-firewall': { mayBeForced: true },
  'two-firewalls': { mayBeForced: true },
  'ordering-cycle': { mayBeForced: true },
  'restart-loop': { mayBeForced: true },
  edited: { mayBeForced: true },
  // Not a byte of a file that we did not write is lost; and what has no effect is not worth writing.
  'name-taken': { mayBeForced: false },
  shadowed: { mayBeForced: false },
};

/** Every look, in the order in which findings are told. */
const LOOKS: readonly Look[] = [
  targetMissing,
  targetMasked,
  targetEmpty,
  targetBroken,
  targetLinked,
  targetDisabled,
  targetNotStaying,
  targetAsserts,
  rivalFirewall,
  twoFirewalls,
  orderingCycle,
  restartLoop,
  brokenDropIn,
  startLimit,
  noLiveRestore,
  containersStayDown,
  dockerWritesNoRules,
  reloadNotCovered,
];

/** Everything that is to be said of following the one unit by the other. */
export function findingsOf(situation: Situation): Finding[] {
  return LOOKS.flatMap((look) => look(situation));
}

/** What was to be refused, and is forced by name, only warns. */
export function forcedBy(force: readonly string[], findings: readonly Finding[]): Finding[] {
  return findings.map((finding) =>
    finding.level === 'refuse' && force.includes(finding.code) && REFUSALS[finding.code]?.mayBeForced === true
      ? { ...finding, level: 'warn', forced: true }
      : finding,
  );
}
