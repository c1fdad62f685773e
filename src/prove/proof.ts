import type { RealName } from '../units/unit.js';
import type { Protection } from '../docker/evidence.js';
import type { Diagnosis } from '../doctor/diagnose.js';
import { type Outage, outageOf } from './outage.js';
import type { NamedProbe } from './probing.js';
import type { Missing, Snapshot } from './snapshot.js';
import { type Moment, timelineOf } from './timeline.js';
import type { RestartResult } from './watch.js';
import { backText, type ContainersBack, counts, type RulesBack } from './what-came-back.js';

/** Why a proof fails. */
export interface Reason {
  /** stable, for programs */
  readonly code:
    | 'firewall-failed'
    | 'docker-down'
    | 'not-restarted'
    | 'restarted'
    | 'not-seen'
    | 'rules-missing'
    | 'containers-missing'
    | 'no-answer';
  /** in words */
  readonly text: string;
}

/**
 * What came of a restart of the firewall, done for real: what `unit-patch prove NAME` prints.
 * @title A proof
 */
export interface Proof {
  /** the name and version of this document's schema */
  readonly schema: 'unit-patch/prove@1';
  /** the unit that has to come back */
  readonly unit: RealName;
  /** the unit that was restarted */
  readonly follow: RealName;
  /** whether docker came back with all that it had; then the exit status is 0 */
  readonly holds: boolean;
  /** one sentence */
  readonly text: string;
  /** why it does not hold */
  readonly reasons: readonly Reason[];
  readonly protection: Protection;
  /** for how long nobody answered */
  readonly outage: {
    /** what was asked; null if there was nothing to ask */
    readonly by: string | null;
    /** null if it was not measured */
    readonly milliseconds: number | null;
    /** whether somebody answers again */
    readonly isOver: boolean;
    /** in words */
    readonly text: string;
  };
  /** what happened, in the order of time */
  readonly timeline: readonly Moment[];
  readonly rules: RulesBack;
  readonly containers: ContainersBack;
  /** rules of yours in DOCKER-USER that are gone */
  readonly notes: readonly string[];
  /** what docker itself wrote at last, if it did not come back */
  readonly said: readonly string[];
  /** what doctor says of it now; null if that is not known */
  readonly diagnosis: Diagnosis | null;
}

/** The input of a proof. */
export interface ProofInput {
  readonly unit: string;
  readonly follow: string;
  readonly mustRestart: boolean;
  /** when its containers were started, if neither they nor docker may be restarted: a watch puts the rules back */
  readonly startsBefore?: string | undefined;
  readonly protection: Protection;
  readonly before: Snapshot;
  readonly probe: NamedProbe | undefined;
  readonly course: RestartResult;
  readonly diagnosis: Diagnosis | null;
  readonly said: readonly string[];
}

/** Whether docker came through, and why not. */
export function proofOf(proved: ProofInput): Proof {
  const { unit, follow, protection, before, course, diagnosis, said, probe } = proved;
  const outage = outageOf(course.attempts);
  const reasons = reasonsOf(proved, outage);
  const { missing } = course.last;
  const took = Math.round(((course.backAt ?? course.ended) - course.began) / 100_000) / 10;
  const [first] = reasons;
  const text = first
    ? `${unit} does not come through a restart of ${follow}: ${first.text}`
    : `${unit} came through a restart of ${follow}; ${backText(before, missing, took)}`;
  return {
    schema: 'unit-patch/prove@1',
    unit,
    follow,
    holds: reasons.length === 0,
    text,
    reasons,
    protection,
    outage: outageReport(probe, outage, missing),
    timeline: timelineOf(course, unit, follow, outage),
    ...counts(before, missing),
    notes: notesOf(missing, follow),
    said,
    diagnosis,
  };
}

function reasonsOf(proved: ProofInput, outage: Outage | undefined): Reason[] {
  const { unit, follow, course } = proved;
  const { restart, last, backAt } = course;
  const failed: Reason[] =
    restart.status === 0
      ? []
      : [{ code: 'firewall-failed', text: `${follow} did not come back: ${firstLine(restart.stderr)}` }];
  const { ActiveState: state = 'unknown', Result: result = '' } = last.docker;
  if (state !== 'active') {
    const why = ['', 'success'].includes(result) ? '' : ` (${result})`;
    return [...failed, { code: 'docker-down', text: `${unit} is ${state}${why}` }];
  }
  const reasons = [...failed, ...notBack(proved)];
  const isSilent = reasons.length === 0 && backAt !== undefined && outage?.isOver === false;
  return isSilent ? [{ code: 'no-answer', text: 'the probe is not answered any more' }] : reasons;
}

/** What is still missing although docker is up. */
function notBack(proved: ProofInput): Reason[] {
  const { unit, mustRestart, startsBefore, course } = proved;
  const { missing, isRestarted, starts } = course.last;
  const reasons: Reason[] = [];
  if (startsBefore !== undefined && (isRestarted || (missing && starts !== startsBefore)))
    reasons.push({
      code: 'restarted',
      text: `${isRestarted ? unit : 'a container'} was restarted${thoughWatched(proved)}`,
    });
  if (mustRestart && !isRestarted)
    reasons.push({ code: 'not-restarted', text: `systemd did not restart ${unit} along with it` });
  if (!missing) return [...reasons, { code: 'not-seen', text: 'docker does not say what it has' }];
  const { rules, containers } = missing;
  if (rules.length > 0)
    reasons.push({
      code: 'rules-missing',
      text: `${rules.length} of docker's rules did not come back${whyNoRules(proved)}`,
    });
  if (containers.length > 0) {
    const text = `these containers did not come back: ${containers.join(', ')}`;
    reasons.push({ code: 'containers-missing', text });
  }
  return reasons;
}

function whyNoRules(proved: ProofInput): string {
  const { unit, follow, mustRestart, startsBefore, protection, course } = proved;
  if (startsBefore !== undefined) return thoughWatched(proved);
  // If it must be restarted, that is said already.
  return mustRestart || course.last.isRestarted
    ? ''
    : `: ${unit} does not follow ${follow} (${protection.text})`;
}

function thoughWatched({ protection }: ProofInput): string {
  return `, though ${protection.watch?.service ?? 'the watch'} should have put the rules back`;
}

function outageReport(
  probe: NamedProbe | undefined,
  outage: Outage | undefined,
  missing: Missing | undefined,
): Proof['outage'] {
  if (!probe)
    return {
      by: null,
      milliseconds: null,
      isOver: true,
      text: "not measured: no published port answers; name a command that does: --probe 'COMMAND'",
    };
  const by = probe.text;
  if (!outage) {
    const isFooled = (missing?.rules.length ?? 0) > 0;
    const text = isFooled
      ? `none to be seen by ${by}, which proves nothing: docker-proxy answers`
      : `none, by ${by}`;
    return { by, milliseconds: 0, isOver: true, text };
  }
  const { milliseconds, isOver } = outage;
  const text = isOver
    ? `${milliseconds} ms, by ${by}`
    : `${milliseconds} ms so far, and it goes on, by ${by}`;
  return { by, milliseconds, isOver, text };
}

function notesOf(missing: Missing | undefined, follow: string): string[] {
  return (missing?.yours ?? []).map(
    (rule) => `your own rule was lost; add it to the rules that ${follow} loads: ${rule}`,
  );
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? '';
}
