import type { Evidence, Protection, RelationState } from '../docker/evidence.js';
import type { What } from '../docker/unit-times.js';
import type { Relation } from '../firewalls/template.js';
import type { Event } from '../plan/events.js';
import { type Cause, unitOf } from './cause.js';

/** A command, and what it is good for. */
export interface Cure {
  /** when it is typed: `now` heals, `lasting` keeps it from happening again, `test` shows that it does */
  readonly step: 'now' | 'lasting' | 'test';
  /** the command */
  readonly command: string;
  /** what it is for */
  readonly why: string;
}

/** The event of the coverage table that removed the rules. */
const EVENTS: Readonly<Record<What, Event>> = {
  started: 'restart',
  restarted: 'restart',
  run: 'restart',
  reloaded: 'reload',
  stopped: 'stop-start',
  failed: 'failed-start',
};

/** Why the relation that is written by default would not have helped. */
const INSTEAD: Readonly<Record<Event, string>> = {
  restart: '',
  reload: '; no dependency between units follows a reload',
  'stop-start': '; with Requires= or PartOf= a stop of the firewall leaves docker down',
  'failed-start': '; with Requires= a firewall that fails leaves docker down',
  'outside-systemd': '; no dependency between units sees such a change',
};

/**
 * The commands that keep docker's rules from being lost again in the same way: only those that would have covered the
 * cause.
 */
export function lasting(evidence: Evidence, isBroken: boolean, causes: readonly Cause[]): Cure[] {
  const found = isBroken ? causes.flatMap((cause) => against(evidence, cause)) : prevention(evidence);
  const unique = found.filter(({ command }, at) => found.findIndex((one) => one.command === command) === at);
  return [...unique, ...(unique.some(isPatch) ? test(evidence, causes) : [])];
}

/** The relations that would have covered a cause, and are not in force yet. */
function against(evidence: Evidence, { code, unit, event }: Cause): Cure[] {
  const { protection } = evidence;
  if (code === 'start-limit') return liftLimit(evidence);
  if (code === 'outside-systemd') return againstOutside(evidence);
  if (unit === null || event === null) return [];
  if (unit !== protection.follow) return other(evidence, unit, event);
  const name = EVENTS[event];
  const all = relationsOf(protection);
  // It happened before that was written.
  if (all.some(({ state, covers }) => state === 'in-force' && covers.includes(name))) return [];
  const best = all.find(({ state, covers }) => state === 'missing' && covers.includes(name));
  return best ? [patch(evidence, best.relation, name)] : [];
}

/** Only what watches the rules themselves sees such a change. */
function againstOutside(evidence: Evidence): Cure[] {
  const best = relationsOf(evidence.protection).find(
    ({ state, covers }) => state === 'missing' && covers.includes('outside-systemd'),
  );
  return best ? [patch(evidence, best.relation, 'outside-systemd')] : [];
}

/** Nothing is lost yet. */
function prevention(evidence: Evidence): Cure[] {
  const { protection } = evidence;
  if (protection.state !== 'unprotected') return [];
  const all = relationsOf(protection);
  const best = all.find(({ state }) => state !== 'refused');
  if (best) return [patch(evidence, best.relation, 'restart')];
  return [
    {
      step: 'lasting',
      command: 'unit-patch docker --dry-run',
      why: `says why it is refused here, and the ways out`,
    },
  ];
}

function patch({ unit, protection }: Evidence, relation: Relation, event: Event): Cure {
  const firewall = protection.follow ?? 'its firewall';
  const does =
    relation === 'watch'
      ? 'a service puts the rules back within half a second from then on, whatever removes them'
      : relation === 'hook'
        ? `${firewall} restarts ${unit} after a start, a reload and a stop from then on`
        : `${unit} is restarted along with ${firewall} from then on`;
  const option = relation === 'requires' ? '' : ` --relation ${relation}`;
  return {
    step: 'lasting',
    command: `unit-patch docker${option}`,
    why: `${does}${INSTEAD[event]}`,
  };
}

/** The firewall that did it is not the one that docker follows, or should. */
function other({ units, unit, protection }: Evidence, firewall: string, event: What): Cure[] {
  const state = units.find(({ Id }) => Id === firewall);
  const isOff = event === 'stopped' && state?.UnitFileState !== 'enabled';
  if (isOff || protection.follow === null) return [];
  return [
    {
      step: 'lasting',
      command: `unit-patch compare docker --follow ${firewall}`,
      why: `shows what would have covered it: ${unit} has to follow ${protection.follow}, not ${firewall}`,
    },
  ];
}

function liftLimit({ unit, protection }: Evidence): Cure[] {
  const inForce = relationsOf(protection).filter(({ state }) => state === 'in-force');
  const [first] = inForce;
  // The drop-in of a hook lifts the limit itself.
  if (!first || inForce.some(({ relation }) => relation === 'hook')) return [];
  const option = first.relation === 'requires' ? '' : ` --relation ${first.relation}`;
  return [
    {
      step: 'lasting',
      command: `unit-patch docker${option} --no-start-limit`,
      why: `lifts the start limit of ${unit}: every restart of ${protection.follow ?? 'its firewall'} counts against it`,
    },
  ];
}

/** A restart shows nothing of a reload, and there is none of a firewall that is down. */
function test(evidence: Evidence, causes: readonly Cause[]): Cure[] {
  const { follow } = evidence.protection;
  const firewall = follow ?? 'its firewall';
  if (
    causes.some(({ code, event }) => !['firewall', 'watch-inactive'].includes(code) || event === 'reloaded')
  )
    return [];
  if (follow !== null && unitOf(evidence, follow)?.ActiveState !== 'active') return [];
  return [
    {
      step: 'test',
      command: 'unit-patch prove docker',
      why: `restarts ${firewall} for real, after asking`,
    },
  ];
}

function isPatch({ command }: Cure): boolean {
  return command.startsWith('unit-patch docker') && !command.endsWith('--dry-run');
}

/** As they were measured, for evidence that does not hold them. */
function relationsOf({ state, relations }: Protection): readonly RelationState[] {
  if (relations) return relations;
  const isInForce = state === 'protected';
  const all: Event[] = ['restart', 'reload', 'stop-start', 'failed-start'];
  return [
    { relation: 'requires', state: isInForce ? 'in-force' : 'missing', covers: ['restart'] },
    { relation: 'hook', state: 'missing', covers: all },
  ];
}
