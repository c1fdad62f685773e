import { firewallAsksDocker } from './asks-docker.js';
import { brokenDropIn, misplacedDropIn } from './broken-drop-in.js';
import { cannotStart } from './cannot-start.js';
import {
  containersStayDown,
  dockerWritesNoRules,
  noLiveRestore,
  otherEngine,
  unknownFlags,
} from './docker.js';
import type { Finding, Check, CheckContext } from './finding.js';
import { firewallSideCure, rulesSurvive, secondFirewall } from './firewall-side.js';
import {
  followedBroken,
  followedEmpty,
  followedLinked,
  followedMasked,
  followedMissing,
} from './followed-state.js';
import { loadsTooLate, followedAsserts, followedDisabled, followedNotStaying } from './followed-use.js';
import { hookCancelsStop, hookOnTimer, noReload } from './hook.js';
import { orderingCycle } from './ordering-cycle.js';
import { generatedUnit, partialView } from './partial-view.js';
import { restartLoop } from './restart-loop.js';
import { reloadNotCovered, startLimit } from './restarts.js';
import { rivalFirewall, twoFirewalls } from './rivals.js';

/** A kind of finding. */
export interface FindingMeta {
  /** the strongest level that it has */
  readonly level: Finding['level'];
  /** whether `--force` may override its refusal */
  readonly mayBeForced: boolean;
}

const forceable: FindingMeta = { level: 'refuse', mayBeForced: true };
const final: FindingMeta = { level: 'refuse', mayBeForced: false };
const warning: FindingMeta = { level: 'warn', mayBeForced: false };
const note: FindingMeta = { level: 'info', mayBeForced: false };

/** Every code that a plan may hold; the README says what each means. */
export const FINDINGS: Readonly<Record<string, FindingMeta>> = {
  'cannot-start': forceable,
  'followed-missing': forceable,
  'followed-masked': forceable,
  'followed-empty': forceable,
  'followed-broken': forceable,
  'followed-linked': forceable,
  'followed-disabled': forceable,
  'followed-not-staying': forceable,
  'followed-asserts': forceable,
  'rival-firewall': forceable,
  'two-firewalls': forceable,
  'ordering-cycle': forceable,
  'restart-loop': forceable,
  'hook-cancels-stop': forceable,
  'asks-docker': forceable,
  'hook-on-timer': forceable,
  'loads-too-late': forceable,
  'no-systemctl': forceable,
  'read-only-tree': forceable,
  edited: forceable,
  // Not a byte of a file that we did not write is lost; and what has no effect is not worth writing.
  'name-taken': final,
  shadowed: final,
  'hook-needs-service': final,
  'stale-follow': warning,
  'relation-changes': warning,
  'broken-dropin': warning,
  'misplaced-drop-in': warning,
  'start-limit': warning,
  'second-firewall': warning,
  'other-engine': warning,
  'no-live-restore': warning,
  'containers-stay-down': warning,
  'not-loaded': warning,
  'partial-view': warning,
  'docker-writes-no-rules': note,
  'unknown-flags': note,
  'reload-not-covered': note,
  'no-reload': note,
  'no-need': note,
  'rules-survive': note,
  'generated-unit': note,
  'firewall-side-cure': note,
};

/** Every look, in the order in which findings are told. */
const CHECKS: readonly Check[] = [
  cannotStart,
  followedMissing,
  generatedUnit,
  followedMasked,
  followedEmpty,
  followedBroken,
  followedLinked,
  followedDisabled,
  followedNotStaying,
  followedAsserts,
  rivalFirewall,
  twoFirewalls,
  secondFirewall,
  otherEngine,
  orderingCycle,
  restartLoop,
  hookCancelsStop,
  firewallAsksDocker,
  hookOnTimer,
  loadsTooLate,
  brokenDropIn,
  misplacedDropIn,
  startLimit,
  noLiveRestore,
  containersStayDown,
  dockerWritesNoRules,
  unknownFlags,
  reloadNotCovered,
  rulesSurvive,
  firewallSideCure,
  noReload,
  partialView,
];

/** Everything that is to be said of following the one unit by the other. */
export function findingsOf(context: CheckContext): Finding[] {
  return CHECKS.flatMap((look) => look(context));
}

/** What was to be refused, and is forced by name, only warns. */
export function forcedBy(force: readonly string[], findings: readonly Finding[]): Finding[] {
  return findings.map((finding) =>
    finding.level === 'refuse' && force.includes(finding.code) && FINDINGS[finding.code]?.mayBeForced === true
      ? { ...finding, level: 'warn', forced: true }
      : finding,
  );
}
