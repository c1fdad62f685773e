import type { Files } from '../files/files.js';
import { behaviorIn } from '../firewalls/commands/behavior.js';
import type { Effects } from '../firewalls/effects.js';
import type { Behavior } from '../transactions/behavior.js';
import type { DependencyGraph, Edge } from '../transactions/dependency-graph.js';
import type { Happening } from '../transactions/happening.js';
import { isUp, type Verb } from '../transactions/job.js';
import { type Choice, inSeveralOrders } from '../transactions/schedules.js';
import { SimulatedManager } from '../transactions/simulated-manager.js';
import type { End } from '../transactions/world.js';
import type { Unit } from '../units/unit.js';

/** What is asked of the followed unit, and whether its start fails. */
export interface Act {
  readonly verbs: readonly Verb[];
  readonly failsToStart: boolean;
}

/** What an act leads to, worked out on the units. */
export interface Course {
  /**
   * `chance`: it depends on what systemd does first; `unknown`: on what a command does that is not known; the others but
   * `settled` never come to rest
   */
  readonly end: End | 'chance' | 'unknown';
  /** what is not known */
  readonly unknown: string | undefined;
  /** why systemd refuses the first verb; undefined if it does not */
  readonly refused: string | undefined;
  /** whether a stop stopped the followed unit: it may be cancelled */
  readonly wasStopped: boolean;
  readonly isUp: boolean;
  /** whether the unit has been started since */
  readonly isRestarted: boolean;
  readonly hasWiped: boolean;
  /** whether rules were wiped that it has not written again */
  readonly hasLost: boolean;
  /** the dependencies that lead from the followed unit to what became of the unit */
  readonly way: readonly Edge[];
}

/** What the acts are tried on. */
export interface Stage {
  readonly files: Files;
  readonly graph: DependencyGraph;
  /** the units that are up before anything happens */
  readonly active: ReadonlySet<string>;
  readonly unit: Unit;
  readonly follow: Unit;
  /** the timer, path or socket that starts the followed unit again and again while it is down */
  readonly trigger: Unit | undefined;
  /** what the followed unit's lines do to rules; undefined if it is no firewall */
  readonly effects: Effects | undefined;
  readonly systemd: number | undefined;
}

/** Lets it happen in several orders of what can run at the same time. */
export function courseOf(stage: Stage, act: Act): Course {
  let course: Course | undefined;
  for (const other of inSeveralOrders((chooses) => run(stage, act, chooses))) {
    course ??= other;
    if (course.end !== 'settled') return course;
    if (!endsAlike(course, other)) return { ...course, end: 'chance' };
  }
  if (!course) throw new TypeError('there are no orders');
  return course;
}

function endsAlike(one: Course, other: Course): boolean {
  return (
    other.end === 'settled' &&
    other.isUp === one.isUp &&
    other.isRestarted === one.isRestarted &&
    other.hasLost === one.hasLost
  );
}

function run(
  { files, graph, active, unit, follow, effects, systemd }: Stage,
  act: Act,
  chooses: Choice,
): Course {
  const manager = new SimulatedManager({
    graph,
    behavior: act.failsToStart ? failing(behaviorIn(files), follow) : behaviorIn(files),
    active,
    chooses,
    ...(systemd === undefined ? {} : { systemd }),
  });
  const course = (end: Course['end'], refused?: string, wasStopped = true): Course => ({
    end: manager.unknown !== undefined ? 'unknown' : end === 'settled' && manager.isUnsure ? 'chance' : end,
    unknown: manager.unknown,
    refused,
    wasStopped,
    isUp: isUp(manager.stateOf(unit.id)),
    ...whatBecame(manager.happened, unit, follow, effects),
  });
  let wasStopped = true;
  for (const verb of act.verbs) {
    const asked = manager.ask(verb, follow.id);
    if ('refused' in asked) return course('settled', asked.refused);
    const end = manager.settle();
    if (end !== 'settled') return course(end);
    if (verb === 'stop' && isUp(manager.stateOf(follow.id))) wasStopped = false;
  }
  return course('settled', undefined, wasStopped);
}

function failing(behavior: Behavior, follow: Unit): Behavior {
  return {
    ...behavior,
    fails: (unit, line) => (unit.id === follow.id && line.key === 'ExecStart') || behavior.fails(unit, line),
    cannotStart: ({ id }) => id === follow.id,
  };
}

function whatBecame(
  happened: readonly Happening[],
  unit: Unit,
  follow: Unit,
  effects: Effects | undefined,
): Pick<Course, 'isRestarted' | 'hasWiped' | 'hasLost' | 'way'> {
  const wipes = ({ unit: id, what, key = '' }: Happening): boolean => {
    if (id !== follow.id || what !== 'runs') return false;
    if (!effects) return !key.endsWith('Post');
    return (key.startsWith('ExecReload') ? effects.reload : effects.restart) === 'wipes';
  };
  const lastWipe = happened.findLastIndex(wipes);
  const lastStart = happened.findLastIndex(({ unit: id, what }) => id === unit.id && what === 'starts');
  const own = happened.findLast(
    ({ unit: id, what, way }) => id === unit.id && what !== 'runs' && way.length > 0,
  );
  return {
    isRestarted: lastStart >= 0,
    hasWiped: lastWipe >= 0,
    hasLost: lastWipe >= 0 && lastStart < lastWipe,
    way: own?.way ?? [],
  };
}
