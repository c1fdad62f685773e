import type { Effects } from '../firewalls/effects.js';
import type { Heal } from '../firewalls/template.js';
import type { Edge } from '../transactions/dependency-graph.js';
import { staysActive } from '../transactions/transactions.js';
import type { Unit } from '../units/unit.js';
import type { Course, Stage } from './course.js';
import { actOf, type Courses } from './courses.js';
import { type Event, EVENTS } from './events.js';

/**
 * What comes of it: `covered`, the unit is restarted too · `harmless`, it loses nothing · `lost`, it goes on without
 * its rules · `not-restarted`, it goes on and is not restarted · `down`, it is stopped · `not-applicable`, there is no
 * such job · `unknown`, the files do not decide it
 */
export type Outcome =
  'covered' | 'harmless' | 'lost' | 'not-restarted' | 'down' | 'not-applicable' | 'unknown';

/** What becomes of the unit at one event. */
export interface Covered {
  readonly event: Event;
  /** the commands that lead to it, as a person types them; none for an event that nobody asks for */
  readonly commands: readonly string[];
  readonly outcome: Outcome;
  /** a few words: what happens */
  readonly text: string;
  /** the dependencies that lead to it, each with its place; none if only the two units have a part in it */
  readonly why: readonly string[];
}

/**
 * What becomes of a unit when something happens to the one that it follows: systemd's own rules are worked through for
 * each event, with all units that are up or that get a job.
 */
export function coverageOf(courses: Courses): Covered[] {
  return coverageOfJobs(courses).map((one) =>
    one.outcome === 'lost' && courses.heal !== undefined
      ? { ...one, outcome: 'covered', text: HEALED[courses.heal] }
      : one,
  );
}

/** A watch sees the rules go, and not the event: so it covers all that loses them. */
const HEALED: Readonly<Record<Heal, string>> = {
  'put-back': 'the rules are back in about half a second, Docker stays up',
  restart: 'Docker is restarted within a second, and writes its rules',
};

function coverageOfJobs(courses: Courses): Covered[] {
  if (courses.isAlone) return courses.heal === undefined ? [] : [outsideSystemd({ tools: TOOLS })];
  const { stage } = courses;
  return EVENTS.map((event) => {
    if (event === 'outside-systemd') return outsideSystemd(stage.effects);
    const { verbs, failsToStart } = actOf(event, stage);
    const commands = failsToStart ? [] : verbs.map((verb) => systemctl(verb, stage.follow));
    const course = courses.of(event);
    if (!course) {
      const text = `${stage.follow.id} has no ExecReload=`;
      return { event, commands, outcome: 'not-applicable', text, why: [] };
    }
    const outcome = outcomeOf(course, stage);
    return {
      event,
      commands,
      outcome,
      text: textOf(event, outcome, course, stage),
      why: whyOf(course, stage),
    };
  });
}

/** systemctl(1) adds the suffix of a service itself. */
function systemctl(verb: string, { id }: Unit): string {
  return `systemctl ${verb} ${id.replace(/\.service$/, '')}`;
}

/** What removes rules where no firewall is a unit. */
const TOOLS = ['iptables -F', 'nft flush ruleset'];

function outsideSystemd(effects: Pick<Effects, 'tools'> | undefined): Covered {
  const event = 'outside-systemd';
  const commands = effects?.tools ?? [];
  return effects
    ? { event, commands, outcome: 'lost', text: `no dependency sees ${commands.join(' or ')}`, why: [] }
    : { event, commands, outcome: 'not-restarted', text: 'no dependency sees them', why: [] };
}

function outcomeOf(course: Course, { unit, effects }: Stage): Outcome {
  if (course.end !== 'settled') return 'unknown';
  if (course.refused !== undefined || !course.wasStopped) return 'not-restarted';
  // A oneshot that does not stay is down most of the time: only whether it has run again counts.
  if (!course.isUp && staysActive(unit)) return 'down';
  if (!effects) return course.isRestarted ? 'covered' : 'not-restarted';
  if (course.hasLost) return 'lost';
  return course.isRestarted && course.hasWiped ? 'covered' : 'harmless';
}

function textOf(event: Event, outcome: Outcome, course: Course, stage: Stage): string {
  return unendedText(course, stage) ?? endedText(event, outcome, course, stage);
}

/** The text of what does not come to an end that is known. */
function unendedText({ end, unknown }: Course, { unit, follow }: Stage): string | undefined {
  if (end === 'endless') return `${unit.id} and ${follow.id} restart each other without end`;
  if (end === 'stuck') return 'a command waits for a job that waits for it, until a time-out ends it';
  if (end === 'locked') return 'the jobs of two units wait for each other';
  if (unknown !== undefined) return `it is not known: ${unknown}`;
  return end === 'chance' ? 'it depends on which job systemd runs first, and no order is set' : undefined;
}

function endedText(event: Event, outcome: Outcome, course: Course, { unit, follow, trigger }: Stage): string {
  if (course.refused !== undefined) return `systemd refuses it: ${course.refused}`;
  if (!course.wasStopped) return `the stop is cancelled: the restart of ${unit.id} starts ${follow.id} again`;
  if (outcome === 'down') return stopped(event, unit);
  if (outcome === 'harmless')
    return course.isRestarted ? `the rules stay; ${unit.id} is restarted all the same` : 'the rules stay';
  if (outcome === 'covered')
    return `${unit.id} is restarted ${event === 'failed-start' ? 'all the same' : 'too'}`;
  if (!staysActive(unit)) return notStaying(unit);
  const whenTriggered = event === 'restart' && trigger ? ` when ${trigger.id} starts ${follow.id}` : '';
  return `${unit.id} is not restarted${whenTriggered}${outcome === 'lost' ? ', so its rules stay gone' : ''}`;
}

function stopped(event: Event, { id }: Unit): string {
  return event === 'stop-start'
    ? `${id} is stopped, and stays down until something starts it`
    : `${id} is stopped, and not started again`;
}

/** A restart that comes along does nothing to what is down: systemctl(1), try-restart. */
function notStaying({ id }: Unit): string {
  return `${id} does not stay active (a oneshot without RemainAfterExit=yes), so it is not restarted`;
}

/** The way is shown only if it leads through other units: what the two say about each other is the plan itself. */
function whyOf({ way }: Course, { unit, follow }: Stage): string[] {
  const isBetween = ({ saidBy }: Edge): boolean => saidBy === unit.id || saidBy === follow.id;
  return way.every(isBetween) ? [] : way.map(sayEdge);
}

/** A dependency with its place: `docker.service: Requires=gate.service (/etc/…:2)`. */
export function sayEdge({ says, saidBy, from }: Edge): string {
  const place = from ? ` (${from.file}${from.line === null ? '' : `:${from.line}`})` : '';
  return `${saidBy}: ${says}${place}`;
}
