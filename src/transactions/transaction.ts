import type { DependencyGraph, Edge, EdgeType } from './dependency-graph.js';
import { type ActiveState, isGoingDown, isRedundant, jobFor, type JobType, mergedJob, stops } from './job.js';

/** Why a unit gets a job: the dependencies that lead from what was asked for to it. */
export type Way = readonly Edge[];

/** A job that systemd would queue. */
export interface PlannedJob {
  readonly unit: string;
  readonly type: JobType;
  readonly way: Way;
}

/** A transaction that is refused as a whole, and the unit it fails for. */
export interface RefusedTransaction {
  readonly refused: string;
  readonly unit: string;
  readonly way: Way;
}

/** What a transaction is built upon. */
export interface Situation {
  readonly graph: DependencyGraph;
  readonly stateOf: (unit: string) => ActiveState;
  readonly canReload: (unit: string) => boolean;
  /** the version of systemd, as its first number */
  readonly systemd: number;
  /** whether what runs is left alone if it can be: the job mode `fail` */
  readonly sparesOthers: boolean;
  /** the job that a unit has already */
  readonly jobOf: (unit: string) => JobType | undefined;
}

/** One job brings along another one; `matters`: without that it is not queued either. */
interface Link {
  subject: Draft;
  object: Draft;
  readonly matters: boolean;
  readonly conflicts: boolean;
}

interface Draft {
  readonly unit: string;
  readonly type: JobType;
  readonly way: Way;
  readonly subjects: Set<Link>;
  readonly objects: Set<Link>;
  matters: boolean;
}

class Refusal extends Error {
  constructor(
    readonly unit: string,
    readonly way: Way,
    message: string,
  ) {
    super(message);
  }
}

/** What is brought along, how, and whether the whole fails without it: unit-dependency-atom.c. */
const STARTS: readonly (readonly [type: EdgeType, job: JobType, matters: boolean])[] = [
  ['Requires', 'start', true],
  ['BindsTo', 'start', true],
  ['Wants', 'start', false],
  ['Upholds', 'start', false],
  ['Requisite', 'verify-active', true],
  ['Conflicts', 'stop', true],
  ['ConflictedBy', 'stop', false],
];

const RESTARTED_WITH: readonly EdgeType[] = ['RequiredBy', 'RequisiteOf', 'BoundBy', 'ConsistsOf'];

/** Since this version a unit that a stop is propagated to (PropagatesStopTo=) is restarted if the transaction starts it. */
const GRACEFUL_SINCE = 254;

/**
 * The jobs that systemd would queue for one job of one unit: transaction.c, its functions one for one.
 * @returns them; or why it queues none
 */
export function jobsOf(situation: Situation, unit: string, type: JobType): PlannedJob[] | RefusedTransaction {
  try {
    const transaction = new Transaction(situation);
    return transaction.jobsOf(unit, type);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refused: error.message, unit: error.unit, way: error.way };
  }
}

class Transaction {
  private readonly jobs = new Map<string, Draft[]>();
  private anchor: Draft | undefined;

  constructor(private readonly situation: Situation) {}

  jobsOf(unit: string, type: JobType): PlannedJob[] {
    this.anchor = this.add(this.situation.graph.unit(unit).id, type, []);
    this.markWhatMatters(this.anchor);
    if (this.situation.sparesOthers) this.dropHarmful();
    this.dropRedundant();
    this.untilNothingIsDropped(() => this.breakOneCycle());
    this.untilNothingIsDropped(() => this.dropOneConflict());
    this.mergeAll();
    this.dropRedundant();
    return [...this.jobs.values()].flatMap(([one]) =>
      one ? [{ unit: one.unit, type: one.type, way: one.way }] : [],
    );
  }

  private add(unit: string, type: JobType, way: Way, by?: { job: Draft; matters: boolean; conflicts: boolean }): Draft {
    const { graph, canReload } = this.situation;
    const { loadState } = graph.unit(unit);
    if (type !== 'stop' && loadState !== 'loaded') throw new Refusal(unit, way, `${unit} is ${loadState}`);
    if (type === 'reload' && !canReload(unit)) throw new NotApplicable(unit, way, `${unit} cannot be reloaded`);
    const existing = this.jobs.get(unit) ?? [];
    const known = existing.find((one) => one.type === type);
    const job = known ?? { unit, type, way, subjects: new Set(), objects: new Set(), matters: false };
    if (by) {
      const link = { subject: by.job, object: job, matters: by.matters, conflicts: by.conflicts };
      by.job.subjects.add(link);
      job.objects.add(link);
    }
    if (known) return known;
    this.jobs.set(unit, [job, ...existing]);
    this.addDependencies(job);
    return job;
  }

  private addDependencies(job: Draft): void {
    const { graph, stateOf } = this.situation;
    const { unit, type } = job;
    const add = (edge: Edge, other: JobType, matters: boolean): void => this.addFor(job, edge, other, matters);
    if (type === 'start' || type === 'restart')
      for (const [edges, other, matters] of STARTS)
        for (const edge of graph.of(unit, edges)) add(edge, other, matters);
    if (type === 'restart')
      for (const edge of graph.of(unit, ...RESTARTED_WITH))
        // What is down is not started by it.
        if (jobFor('try-restart', stateOf(edge.unit), false)) add(edge, 'restart', true);
    if (type === 'stop') for (const edge of graph.of(unit, ...RESTARTED_WITH)) add(edge, 'stop', true);
    if (stops(type)) this.propagateStop(job);
    if (type === 'reload')
      for (const edge of graph.of(unit, 'PropagatesReloadTo'))
        if (!isGoingDown(stateOf(edge.unit))) add(edge, 'reload', false);
  }

  /** PropagatesStopTo=, and a restart counts as a stop. */
  private propagateStop(job: Draft): void {
    const { graph, systemd } = this.situation;
    const isGraceful = systemd >= GRACEFUL_SINCE;
    // It waits for all other dependencies: only what was asked for propagates it, and whatever that reaches so.
    if (isGraceful && job.way.some(({ type }) => type !== 'PropagatesStopTo')) return;
    for (const edge of graph.of(job.unit, 'PropagatesStopTo')) {
      const types = (this.jobs.get(edge.unit) ?? []).map(({ type }) => type);
      if (isGraceful && types.some(stops)) continue;
      this.addFor(job, edge, isGraceful && types.includes('start') ? 'restart' : 'stop', true);
    }
  }

  private addFor(job: Draft, edge: Edge, type: JobType, matters: boolean): void {
    try {
      this.add(edge.unit, type, [...job.way, edge], { job, matters, conflicts: edge.type === 'Conflicts' });
    } catch (error) {
      // What cannot do such a job at all is passed over, by whatever dependency.
      if (!(error instanceof Refusal) || (matters && !(error instanceof NotApplicable))) throw error;
    }
  }

  private markWhatMatters(job: Draft): void {
    const found = new Set([job]);
    for (const one of found) {
      one.matters = true;
      for (const { object, matters } of one.subjects) if (matters) found.add(object);
    }
  }

  /** What need not be stopped goes on, and jobs that are queued stay: transaction_minimize_impact(). */
  private dropHarmful(): void {
    const { stateOf, jobOf } = this.situation;
    for (const one of [...this.jobs.values()].flat()) {
      if (one.matters || !this.has(one)) continue;
      const state = stateOf(one.unit);
      const queued = jobOf(one.unit);
      const reverses = queued !== undefined && mergedJob(one.type, queued, state) === undefined;
      if (reverses || (one.type === 'stop' && !isGoingDown(state))) this.delete(one, true);
    }
  }

  /** The jobs of a unit go if none of them would change anything. */
  private dropRedundant(): void {
    const { stateOf, jobOf } = this.situation;
    for (let isDone = false; !isDone; ) {
      isDone = true;
      for (const [unit, drafts] of this.jobs) {
        const queued = jobOf(unit);
        const isNeeded = drafts.some(
          (one) =>
            one === this.anchor ||
            !isRedundant(one.type, stateOf(unit)) ||
            (queued !== undefined && mergedJob(one.type, queued, stateOf(unit)) === undefined),
        );
        if (isNeeded) continue;
        for (const one of drafts) this.delete(one, false);
        isDone = false;
      }
    }
    this.dropUnneeded();
  }

  /** A job that no other job brings along any more goes. */
  private dropUnneeded(): void {
    for (;;) {
      const unneeded = [...this.jobs.values()].flat().find((one) => one !== this.anchor && one.objects.size === 0);
      if (!unneeded) return;
      this.delete(unneeded, true);
    }
  }

  private delete(job: Draft, withThoseThatNeedIt: boolean): void {
    const left = (this.jobs.get(job.unit) ?? []).filter((one) => one !== job);
    if (left.length > 0) this.jobs.set(job.unit, left);
    else this.jobs.delete(job.unit);
    for (const link of job.subjects) link.object.objects.delete(link);
    job.subjects.clear();
    for (const link of [...job.objects]) {
      job.objects.delete(link);
      link.subject.subjects.delete(link);
      if (link.matters && withThoseThatNeedIt && this.has(link.subject)) this.delete(link.subject, true);
    }
  }

  private has(job: Draft): boolean {
    return this.jobs.get(job.unit)?.includes(job) === true;
  }

  private untilNothingIsDropped(dropOne: () => boolean): void {
    this.dropUnneeded();
    while (dropOne()) this.dropUnneeded();
  }

  /** Of two jobs of one unit that contradict each other one goes, if the transaction can do without it. */
  private dropOneConflict(): boolean {
    for (const drafts of this.jobs.values())
      for (const [at, one] of drafts.entries())
        for (const other of drafts.slice(at + 1)) {
          if (mergedJob(one.type, other.type, this.situation.stateOf(one.unit)) !== undefined) continue;
          this.delete(lesserOf(one, other), true);
          return true;
        }
    return false;
  }

  /** Of the units that wait for each other in a circle one loses its jobs, if the transaction can do without them. */
  private breakOneCycle(): boolean {
    const cycle = this.findCycle();
    if (!cycle) return false;
    const spare = cycle.find((unit) => this.jobs.get(unit)?.some((one) => one.matters) === false);
    if (spare === undefined)
      throw new Refusal(cycle[0] ?? '', [], `its order has a cycle: ${cycle.join(', ')}`);
    for (const one of [...(this.jobs.get(spare) ?? [])]) this.delete(one, true);
    return true;
  }

  private findCycle(): string[] | undefined {
    const done = new Set<string>();
    for (const start of this.jobs.keys()) {
      const path: { unit: string; left: string[] }[] = [];
      const enter = (unit: string): void => void path.push({ unit, left: this.laterThan(unit) });
      if (!done.has(start)) enter(start);
      while (path.length > 0) {
        const here = path.at(-1);
        const next = here?.left.pop();
        if (next === undefined) done.add(path.pop()?.unit ?? '');
        else {
          const at = path.findIndex(({ unit }) => unit === next);
          if (at >= 0) return path.slice(at).map(({ unit }) => unit);
          if (!done.has(next)) enter(next);
        }
      }
    }
    return undefined;
  }

  /** The units whose jobs wait for the first job of this one. */
  private laterThan(unit: string): string[] {
    const { graph } = this.situation;
    const [job] = this.jobs.get(unit) ?? [];
    if (!job) return [];
    const others = (type: 'Before' | 'After'): [string, Draft][] =>
      graph.of(unit, type).flatMap((edge) => {
        const [other] = this.jobs.get(edge.unit) ?? [];
        return other ? [[edge.unit, other]] : [];
      });
    return [
      ...others('Before').filter(([, other]) => !stops(other.type)),
      ...(stops(job.type) ? others('After') : []),
    ].map(([name]) => name);
  }

  private mergeAll(): void {
    for (const [unit, drafts] of this.jobs) {
      const [first, ...rest] = drafts;
      if (!first || rest.length === 0) continue;
      const state = this.situation.stateOf(unit);
      const type = rest.reduce((sum: JobType, { type: one }) => mergedJob(sum, one, state) ?? sum, first.type);
      // The way of the one that decides: of a start and a restart it is the restart's.
      const { way } = drafts.find((one) => one.type === type) ?? first;
      const subjects = new Set(drafts.flatMap((one) => [...one.subjects]));
      const objects = new Set(drafts.flatMap((one) => [...one.objects]));
      const merged = { unit, type, way, subjects, objects, matters: drafts.some(({ matters }) => matters) };
      for (const link of subjects) link.subject = merged;
      for (const link of objects) link.object = merged;
      if (drafts.some((one) => one === this.anchor)) this.anchor = merged;
      this.jobs.set(unit, [merged]);
    }
  }
}

/** A job that the unit's type cannot do. */
class NotApplicable extends Refusal {}

/** transaction_delete_one_unmergeable_job(): of two that can be spared rather the stop, unless a conflict asks for it. */
function lesserOf(one: Draft, other: Draft): Draft {
  if (one.matters && other.matters)
    throw new Refusal(one.unit, one.way, `it would be asked to ${one.type} and to ${other.type} at once`);
  if (one.matters) return other;
  if (other.matters) return one;
  const [stop, rest] = one.type === 'stop' ? [one, other] : [other, one];
  return [...stop.objects].some(({ conflicts }) => conflicts) ? rest : stop;
}
