import { firewallAsksDocker } from './asks-docker.js';
import { brokenDropIn, misplacedDropIn } from './broken-drop-in.js';
import { cannotStart } from './cannot-start.js';
import type { Check, FindingMeta, Occasions } from './check.js';
import { containersStayDown, noLiveRestore, otherEngine, unknownFlags } from './docker.js';
import type { Finding, Report } from './finding.js';
import { firewallSideCure } from './firewall-side.js';
import { relationChanges, staleFollow } from './followed-before.js';
import { standsForInstances, startsAlong, staysDown } from './followed-service.js';
import {
  followedBroken,
  followedEmpty,
  followedLinked,
  followedMasked,
  followedMissing,
} from './followed-state.js';
import { followedAsserts, followedDisabled, followedNotStaying, loadsTooLate } from './followed-use.js';
import { generatedUnit } from './generated-unit.js';
import { hookCancelsStop, hookNeedsService, hookOnTimer, noReload, noSystemctl } from './hook.js';
import { mountMissing, mountOptions } from './mount.js';
import { dockerWritesNoRules, noNeed, rulesSurvive } from './no-need.js';
import { orderingCycle } from './ordering-cycle.js';
import { edited, nameTaken, shadowed } from './own-file.js';
import { readOnlyTree } from './read-only-tree.js';
import { restartLoop } from './restart-loop.js';
import { notLoaded, reloadNotCovered, rulesStayGone, startLimit } from './restarts.js';
import { rivalFirewall, secondFirewall, twoFirewalls } from './rivals.js';
import { watchIdle, watchInactive, watchNeedsIptables, watchSwarm, watchWithHook } from './watch.js';
import { watchNeedsTools } from './watch-tools.js';

/** Every check, in the order in which findings are shown; the first may be the only one. */
export const CHECKS: readonly Check[] = [
  hookNeedsService,
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
  noNeed,
  dockerWritesNoRules,
  unknownFlags,
  reloadNotCovered,
  rulesStayGone,
  rulesSurvive,
  staysDown,
  startsAlong,
  standsForInstances,
  mountMissing,
  mountOptions,
  firewallSideCure,
  noReload,
  relationChanges,
  noSystemctl,
  staleFollow,
  watchNeedsTools,
  watchNeedsIptables,
  watchSwarm,
  watchIdle,
  watchWithHook,
  readOnlyTree,
  nameTaken,
  edited,
  shadowed,
  notLoaded,
  watchInactive,
];

/** The description of each finding, by its code: `--force`, `explain`, the man page and the schema come from it. */
export const FINDINGS: Readonly<Record<string, FindingMeta>> = Object.fromEntries(
  [...CHECKS]
    .sort((a, b) => rank(a) - rank(b))
    .map(({ code, level, mayBeForced = false, relations, docs }) => [
      code,
      { level, mayBeForced, ...(relations && { relations }), docs },
    ]),
);

function rank({ level, mayBeForced = false }: Check): number {
  if (level === 'refuse') return mayBeForced ? 0 : 1;
  return level === 'warn' ? 2 : 3;
}

/** Every code that a plan may hold: refusals first, those that may be forced before those that may not. */
export const FINDING_CODES: readonly string[] = Object.keys(FINDINGS);

/**
 * Runs all checks of an occasion.
 * @param force codes of findings that do not stop the plan
 */
export function runChecks<Name extends keyof Occasions>(
  occasion: Name,
  context: Occasions[Name],
  force: readonly string[] = [],
): Finding[] {
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    const reports = reportsOf(check, occasion, context);
    findings.push(...reports.map((report) => findingOf(check, report, force)));
    if (check.isDecisive && reports.length > 0) break;
  }
  return findings;
}

function reportsOf<Name extends keyof Occasions>(
  { relations, run }: Check,
  occasion: Name,
  context: Occasions[Name],
): readonly Report[] {
  const isAbout = !relations || !('relation' in context) || relations.includes(context.relation);
  return isAbout ? (run[occasion]?.(context) ?? []) : [];
}

/** A refusal that is forced by name only warns. */
function findingOf({ code, mayBeForced = false }: Check, report: Report, force: readonly string[]): Finding {
  const { level, ...texts } = report;
  return level === 'refuse' && mayBeForced && force.includes(code)
    ? { code, level: 'warn', ...texts, forced: true }
    : { code, level, ...texts };
}
