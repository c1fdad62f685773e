import type { Files } from '../files/files.js';
import { loadsOnce } from '../firewalls/commands/loads-once.js';
import { effectsOf } from '../firewalls/effects.js';
import { isFirewall } from '../firewalls/in-use.js';
import type { Heal, Template } from '../firewalls/template.js';
import { DependencyGraph } from '../transactions/dependency-graph.js';
import { serviceOf } from '../transactions/service.js';
import { staysActive, type Transactions } from '../transactions/transactions.js';
import { triggerOf } from '../transactions/triggers.js';
import { hasReload, type Unit } from '../units/unit.js';
import { type Act, type Course, courseOf, type Stage } from './course.js';
import type { Event } from './events.js';

/** What each event asks of the followed unit. What is done outside systemd asks nothing. */
const ACTS: Readonly<Record<Exclude<Event, 'outside-systemd'>, Act>> = {
  restart: { verbs: ['restart'], failsToStart: false },
  reload: { verbs: ['reload'], failsToStart: false },
  'stop-start': { verbs: ['stop', 'start'], failsToStart: false },
  'failed-start': { verbs: ['restart'], failsToStart: true },
};

/** The two units, and the root with the plan's changes. */
export interface CoverageOptions {
  readonly files: Files;
  readonly template: Template;
  /** the units with the plan's changes, or as they are if there are none */
  readonly planned: Transactions;
  readonly unit: string;
  readonly follow: string;
  /** nothing is followed: only what happens outside systemd counts */
  readonly isAlone?: boolean;
  /** how a watch brings the unit's rules back; undefined if nothing watches them */
  readonly heal?: Heal | undefined;
}

/** What each event leads to, each worked out when it is first asked for. */
export class Courses {
  private readonly known = new Map<Event, Course>();
  private laidOut: Stage | undefined;

  constructor(private readonly options: CoverageOptions) {}

  /** The two units, and all that is up before anything happens. */
  get stage(): Stage {
    return (this.laidOut ??= stageOf(this.options));
  }

  /** Whether nothing is followed. */
  get isAlone(): boolean {
    return this.options.isAlone ?? false;
  }

  /** How a watch brings the unit's rules back; undefined if nothing watches them. */
  get heal(): Heal | undefined {
    return this.options.heal;
  }

  /** What an event leads to; undefined if there is no such job. */
  of(event: Event): Course | undefined {
    const { effects, follow } = this.stage;
    if (event === 'outside-systemd') return undefined;
    if (event === 'reload' && (effects ? effects.reload === 'not-applicable' : !hasReload(follow)))
      return undefined;
    const course = this.known.get(event) ?? courseOf(this.stage, actOf(event, this.stage));
    this.known.set(event, course);
    return course;
  }
}

/** What is started by a timer is not restarted: no job of it is a restart, even though its lines run again. */
export function actOf(event: Exclude<Event, 'outside-systemd'>, { trigger }: Stage): Act {
  return event === 'restart' && trigger ? { ...ACTS.restart, verbs: ['start'] } : ACTS[event];
}

function stageOf({ files, template, planned, ...names }: CoverageOptions): Stage {
  const [unit, follow] = [planned.load(names.unit), planned.load(names.follow)];
  const active = upBefore(files, planned, unit, follow);
  const watch = template.watch?.service;
  active.delete(watch ?? '');
  return {
    files,
    graph: new DependencyGraph(
      (name) => (name === watch ? withoutWatch(planned.load(name)) : planned.load(name)),
      active,
    ),
    active,
    unit,
    follow,
    // A start of what is up does nothing.
    trigger: active.has(follow.id) ? undefined : triggerOf(follow, active, (name) => planned.load(name)),
    // Only of a firewall it is known what its jobs take from others.
    effects: isFirewall(files, template, follow) ? effectsOf(files, template, unit, follow) : undefined,
    systemd: planned.loader.systemd,
  };
}

/** The script of a watch restarts the unit only if its rules cannot be put back, so no event is tried with it. */
function withoutWatch(unit: Unit): Unit {
  return { ...unit, loadState: 'not-found', fragment: null, directives: [], dependencies: [] };
}

/**
 * The units that are up: all that a boot starts, and the two. A oneshot that does not stay has run, and is down again; so
 * has a firewall that loads its rules as if it were a daemon.
 */
function upBefore(files: Files, planned: Transactions, unit: Unit, follow: Unit): Set<string> {
  const isUp = (name: string): boolean => staysActive(planned.load(name));
  const active = new Set([...planned.activeWith([unit.id, follow.id])].filter(isUp));
  if (loadsOnce(files, follow) && serviceOf(follow)?.remainsAfterExit !== true) active.delete(follow.id);
  return active;
}
