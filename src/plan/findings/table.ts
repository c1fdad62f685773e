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
import type { Finding, Look, Situation } from './finding.js';
import { firewallSideCure, rulesSurvive, secondFirewall } from './firewall-side.js';
import { targetBroken, targetEmpty, targetLinked, targetMasked, targetMissing } from './followed-state.js';
import { loadsTooLate, targetAsserts, targetDisabled, targetNotStaying } from './followed-use.js';
import { hookCancelsStop, hookOnTimer, noReload } from './hook.js';
import { orderingCycle } from './ordering-cycle.js';
import { generatedUnit, partialView } from './partial-view.js';
import { restartLoop } from './restart-loop.js';
import { reloadNotCovered, startLimit } from './restarts.js';
import { rivalFirewall, twoFirewalls } from './rivals.js';

/** A kind of finding. */
export interface Kind {
  /** the strongest level that it has */
  readonly level: Finding['level'];
  /** whether `--force` may override its refusal */
  readonly mayBeForced: boolean;
}

const forceable: Kind = { level: 'refuse', mayBeForced: true };
const final: Kind = { level: 'refuse', mayBeForced: false };
const warning: Kind = { level: 'warn', mayBeForced: false };
const note: Kind = { level: 'info', mayBeForced: false };

/** Every code that a plan may hold; the README says what each means. */
export const KINDS: Readonly<Record<string, Kind>> = {
  'cannot-start': forceable,
  'target-missing': forceable,
  'target-masked': forceable,
  'target-empty': forceable,
  'target-broken': forceable,
  'target-linked': forceable,
  'target-disabled': forceable,
  'target-not-staying': forceable,
  'target-asserts': forceable,
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
const LOOKS: readonly Look[] = [
  cannotStart,
  targetMissing,
  generatedUnit,
  targetMasked,
  targetEmpty,
  targetBroken,
  targetLinked,
  targetDisabled,
  targetNotStaying,
  targetAsserts,
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
export function findingsOf(situation: Situation): Finding[] {
  return LOOKS.flatMap((look) => look(situation));
}

/** What was to be refused, and is forced by name, only warns. */
export function forcedBy(force: readonly string[], findings: readonly Finding[]): Finding[] {
  return findings.map((finding) =>
    finding.level === 'refuse' && force.includes(finding.code) && KINDS[finding.code]?.mayBeForced === true
      ? { ...finding, level: 'warn', forced: true }
      : finding,
  );
}
