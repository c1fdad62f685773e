import type { Evidence } from '../docker/evidence.js';
import { isEngine } from '../docker/questions.js';
import { firewallEvents } from '../docker/triggers.js';
import { watchedToday } from '../docker/watched-today.js';
import { lastEvent, type UnitState, upSince, wall, type What } from '../docker/unit-times.js';

/** The cause of the outage, as far as the times show it. */
export interface Cause {
  /** stable, for programs */
  readonly code:
    | 'firewall'
    | 'outside-systemd'
    | 'watch-inactive'
    | 'watch-waits'
    | 'start-limit'
    | 'docker-failed'
    | 'dependency'
    | 'stopped-along'
    | 'docker-stopped'
    | 'docker-waiting';
  /** the unit that did it, if one did */
  readonly unit: string | null;
  /** what happened to that unit; null if it is not known */
  readonly event: What | null;
  /** one sentence */
  readonly text: string;
  /** what systemd wrote about it */
  readonly journal: readonly string[];
}

const DID: Readonly<Record<What, string>> = {
  started: 'was started',
  restarted: 'was restarted',
  reloaded: 'was reloaded',
  stopped: 'was stopped',
  failed: 'failed',
  run: 'ran',
};
const LINES = 4;

/** Why rules are missing although docker is up: what happened to a firewall since it came up. */
export function causesOfLoss(evidence: Evidence): Cause[] {
  const docker = unitOf(evidence, evidence.unit);
  if (!docker) return [];
  const byWatch = causeByWatch(evidence);
  return [...(byWatch ? [byWatch] : []), ...causesByFirewalls(evidence, docker)];
}

function causesByFirewalls(evidence: Evidence, docker: UnitState): Cause[] {
  const events = firewallEvents(evidence.units, docker, evidence.jobs);
  if (events.length === 0) return [passedBy(docker, evidence.jobs !== undefined)];
  return events.map((event) => {
    const { unit, what, when } = event;
    const by = evidence.triggers.filter((one) => one.unit === unit).map(({ text }) => text);
    const whose = by.length === 0 ? '' : `, by ${by.join(', ')}`;
    const catches = what === 'reloaded' ? '; no dependency between units follows a reload' : '';
    return {
      code: 'firewall',
      unit,
      event: what,
      text: `${unit} ${DID[what]} at ${when}, after ${evidence.unit} (${upSince(docker)})${whose}${catches}`,
      journal: journalOf(evidence, unit),
    };
  });
}

/** Why docker is not up. */
export function causesOfDown(evidence: Evidence, docker: UnitState): Cause[] {
  const cause = (
    code: Cause['code'],
    text: string,
    unit: string | null = null,
    event: What | null = null,
  ): Cause[] => [{ code, unit, event, text, journal: journalOf(evidence, unit ?? evidence.unit) }];
  const { unit } = evidence;
  const result = docker.Result ?? '';
  const since = wall(docker, 'InactiveEnterTimestamp');
  const lost = lostDependency(evidence, docker);
  if (result === 'start-limit-hit')
    return cause(
      'start-limit',
      `${unit} was started too often within a short time (${result}, ${since}), and stays down`,
    );
  if (docker.Job && docker.ActiveState !== 'active')
    return cause('docker-waiting', waits(evidence, unit), waitsFor(evidence)?.Id ?? null);
  if (lost) return cause(lost.code, lost.text, lost.unit, lost.event);
  if (docker.ActiveState === 'failed') return cause('docker-failed', `${unit} failed (${result}, ${since})`);
  return cause(
    'docker-stopped',
    since ? `${unit} was stopped at ${since}` : `${unit} was not started since the boot`,
  );
}

/** The unit as systemd showed it. */
export function unitOf({ units }: Evidence, name: string): UnitState | undefined {
  return units.find(({ Id }) => Id === name);
}

/** Why the rules are missing although a service watches them; undefined if none does. */
function causeByWatch({ unit, watch }: Evidence): Cause | undefined {
  if (!watch) return undefined;
  const { service, lines } = watch;
  const journal = lines.slice(-4).map(({ time, text }) => `${new Date(time * 1000).toISOString()} ${text}`);
  const cause = (code: Cause['code'], text: string): Cause => ({
    code,
    unit: service,
    event: null,
    text,
    journal,
  });
  if (watch.unit.ActiveState !== 'active')
    return cause(
      'watch-inactive',
      `${service}, which brings the rules of ${unit} back, is ${watch.unit.ActiveState ?? 'unknown'}`,
    );
  const { last } = watchedToday(watch);
  return cause(
    'watch-waits',
    `${service} runs, and has not brought them back yet${last === null ? '' : `: ${last}`}`,
  );
}

function passedBy(docker: UnitState, hasJournal: boolean): Cause {
  const tools = 'nft -f, iptables -F, iptables-restore, netfilter-persistent reload …';
  const asked = hasJournal ? '' : ', as far as systemd remembers (the journal does not answer)';
  const text =
    `probably changed outside systemd (${tools}): no firewall unit that is known here was started, stopped or reloaded ` +
    `since docker.service came up (${upSince(docker)})${asked}; no dependency between units would have caught it`;
  return { code: 'outside-systemd', unit: null, event: null, text, journal: [] };
}

/** A unit without which docker does not start, and which is not up. */
function lostDependency(
  evidence: Evidence,
  docker: UnitState,
): (Pick<Cause, 'event' | 'text'> & { code: 'dependency' | 'stopped-along'; unit: string }) | undefined {
  const needed = [docker.Requires, docker.BindsTo, docker.Requisite].join(' ').split(/\s+/);
  const { follow } = evidence.protection;
  for (const name of needed.concat(follow ?? [])) {
    const unit = evidence.units.find(({ Id }) => Id === name && !isEngine(name));
    if (!unit || unit.ActiveState === 'active') continue;
    const state = unit.LoadState === 'loaded' ? (unit.ActiveState ?? '') : (unit.LoadState ?? '');
    if (state === 'inactive' && lastEvent(unit)?.what === 'stopped')
      return {
        code: 'stopped-along',
        unit: name,
        event: 'stopped',
        text: `${evidence.unit} goes down with ${name}, which was stopped at ${wall(unit, 'InactiveEnterTimestamp')}`,
      };
    const event = state === 'failed' ? 'failed' : null;
    return {
      code: 'dependency',
      unit: name,
      event,
      text: `${evidence.unit} needs ${name}, which is ${state}`,
    };
  }
  return undefined;
}

function waitsFor({ units }: Evidence): UnitState | undefined {
  return units.find(
    ({ Id, ActiveState, Job }) => !isEngine(Id ?? '') && (ActiveState === 'activating' || !!Job),
  );
}

function waits(evidence: Evidence, unit: string): string {
  const other = waitsFor(evidence);
  return other?.Id === undefined
    ? `${unit} is about to be started, and waits`
    : `${unit} is about to be started, and waits for ${other.Id} (${other.ActiveState ?? ''})`;
}

/** The last lines about a unit; systemd names it, or its description. */
function journalOf({ journal }: Evidence, unit: string): string[] {
  const about = journal.filter(({ text }) => text.includes(unit));
  return about.slice(-LINES).map(({ time, text }) => `${new Date(time * 1000).toISOString()} ${text}`);
}
