import { type DraftJob, DraftJobs, findCycle, type Way } from './draft-jobs.js';
import type { DependencyGraph, Edge, EdgeType } from './dependency-graph.js';
import { type ActiveState, isGoingDown, isRedundant, jobFor, type JobType, mergedJob, stops } from './job.js';

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
  /** whether the last one comes first of what systemd goes through in the order of random hashes */
  readonly lastFirst: boolean;
  /** the job that a unit has already */
  readonly jobOf: (unit: string) => JobType | undefined;
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

/**
 * Since this version a restart passes a stop on as well (PropagatesStopTo=), and a unit that the transaction starts is
 * restarted by it.
 */
const GRACEFUL_SINCE = 254;

/**
 * Since this version a job goes again if what it needs gets none, so that another dependency on its unit fails as well.
 * Before it such a job stayed: what is only wanted was started without what it requires, if that is masked or absent.
 */
const DROPPED_SINCE = 254;

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
  private readonly drafts = new DraftJobs();

  constructor(private readonly situation: Situation) {}

  jobsOf(unit: string, type: JobType): PlannedJob[] {
    const { drafts, situation } = this;
    this.add(situation.graph.unit(unit).id, type, []);
    drafts.markWhatMatters();
    if (situation.sparesOthers) this.dropHarmful();
    this.dropRedundant();
    while (this.breakOneCycle() || this.dropOneConflict()) drafts.dropUnneeded();
    this.mergeAll();
    this.dropRedundant();
    return [...drafts.byUnit.values()].flatMap(([one]) =>
      one ? [{ unit: one.unit, type: one.type, way: one.way }] : [],
    );
  }

  /** @param link ties it to what brings it along, as soon as it is there */
  private add(unit: string, type: JobType, way: Way, link?: (job: DraftJob) => void): void {
    const { graph, canReload } = this.situation;
    const { loadState } = graph.unit(unit);
    if (type !== 'stop' && loadState !== 'loaded') throw new Refusal(unit, way, `${unit} is ${loadState}`);
    if (type === 'reload' && !canReload(unit))
      throw new NotApplicable(unit, way, `${unit} cannot be reloaded`);
    const { job, isNew } = this.drafts.add(unit, type, way);
    link?.(job);
    if (!isNew) return;
    try {
      this.addDependencies(job);
    } catch (error) {
      if (error instanceof Refusal && this.situation.systemd >= DROPPED_SINCE) this.drafts.delete(job, false);
      throw error;
    }
  }

  private addDependencies(job: DraftJob): void {
    const { graph, stateOf } = this.situation;
    const { unit, type } = job;
    const add = (edge: Edge, other: JobType, matters: boolean): void => {
      this.addFor(job, edge, other, matters);
    };
    if (type === 'start' || type === 'restart')
      for (const [edges, other, matters] of STARTS)
        for (const edge of this.inOrder(graph.of(unit, edges))) add(edge, other, matters);
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

  /** PropagatesStopTo=, for which a restart counts as a stop or not: see GRACEFUL_SINCE. */
  private propagateStop(job: DraftJob): void {
    const { graph, systemd } = this.situation;
    const isGraceful = systemd >= GRACEFUL_SINCE;
    if (!isGraceful && job.type !== 'stop') return;
    // It comes after all other dependencies, so only the requested job passes it on, and the jobs that it adds this way.
    if (isGraceful && job.way.some(({ type }) => type !== 'PropagatesStopTo')) return;
    for (const edge of graph.of(job.unit, 'PropagatesStopTo')) {
      const types = (this.drafts.byUnit.get(edge.unit) ?? []).map(({ type }) => type);
      if (isGraceful && types.some(stops)) continue;
      this.addFor(job, edge, isGraceful && types.includes('start') ? 'restart' : 'stop', true);
    }
  }

  private inOrder<T>(all: readonly T[]): readonly T[] {
    return this.situation.lastFirst ? all.toReversed() : all;
  }

  private addFor(job: DraftJob, edge: Edge, type: JobType, matters: boolean): void {
    try {
      this.add(edge.unit, type, [...job.way, edge], (other) => {
        this.drafts.link(job, other, matters, edge.type === 'Conflicts');
      });
    } catch (error) {
      // What cannot do such a job at all is passed over, by whatever dependency.
      if (!(error instanceof Refusal) || (matters && !(error instanceof NotApplicable))) throw error;
    }
  }

  /** What need not be stopped goes on, and jobs that are queued stay: transaction_minimize_impact(). */
  private dropHarmful(): void {
    const { stateOf, jobOf } = this.situation;
    for (const one of [...this.drafts.byUnit.values()].flat()) {
      if (one.matters || !this.drafts.has(one)) continue;
      const state = stateOf(one.unit);
      const queued = jobOf(one.unit);
      const reverses = queued !== undefined && mergedJob(one.type, queued, state) === undefined;
      if (reverses || (one.type === 'stop' && !isGoingDown(state))) this.drafts.delete(one, true);
    }
  }

  /** The jobs of a unit go if none of them would change anything. */
  private dropRedundant(): void {
    const { stateOf, jobOf } = this.situation;
    for (let isDone = false; !isDone;) {
      isDone = true;
      for (const [unit, drafts] of this.drafts.byUnit) {
        const queued = jobOf(unit);
        const isNeeded = drafts.some(
          (one) =>
            one === this.drafts.anchor ||
            !isRedundant(one.type, stateOf(unit)) ||
            (queued !== undefined && mergedJob(one.type, queued, stateOf(unit)) === undefined),
        );
        if (isNeeded) continue;
        for (const one of drafts) this.drafts.delete(one, false);
        isDone = false;
      }
    }
    this.drafts.dropUnneeded();
  }

  /** Of two jobs of one unit that contradict each other one goes, if the transaction can do without it. */
  private dropOneConflict(): boolean {
    for (const drafts of this.inOrder([...this.drafts.byUnit.values()]))
      for (const [at, one] of drafts.entries())
        for (const other of drafts.slice(at + 1)) {
          if (mergedJob(one.type, other.type, this.situation.stateOf(one.unit)) !== undefined) continue;
          this.drafts.delete(lesserOf(one, other), true);
          return true;
        }
    return false;
  }

  /** Of the units that wait for each other in a circle one loses its jobs, if the transaction can do without them. */
  private breakOneCycle(): boolean {
    const cycle = findCycle(this.drafts.byUnit.keys(), (unit) => this.laterThan(unit));
    if (!cycle) return false;
    const spare = cycle.find((unit) => this.drafts.byUnit.get(unit)?.some((one) => one.matters) === false);
    if (spare === undefined)
      throw new Refusal(cycle[0] ?? '', [], `its order has a cycle: ${cycle.join(', ')}`);
    for (const one of [...(this.drafts.byUnit.get(spare) ?? [])]) this.drafts.delete(one, true);
    return true;
  }

  /** The units whose jobs wait for the first job of this one; jobs that are queued already count. */
  private laterThan(unit: string): string[] {
    const { graph, jobOf } = this.situation;
    const typeOf = (name: string): JobType | undefined =>
      this.drafts.byUnit.get(name)?.[0]?.type ?? jobOf(name);
    const type = typeOf(unit);
    if (!type) return [];
    const others = (edges: 'Before' | 'After', counts: (other: JobType) => boolean): string[] =>
      graph.of(unit, edges).flatMap((edge) => {
        const other = typeOf(edge.unit);
        return other !== undefined && counts(other) ? [edge.unit] : [];
      });
    return [
      ...others('Before', (other) => !stops(other)),
      ...(stops(type) ? others('After', () => true) : []),
    ];
  }

  private mergeAll(): void {
    for (const [unit, [first, ...rest]] of this.drafts.byUnit) {
      if (!first || rest.length === 0) continue;
      const state = this.situation.stateOf(unit);
      const merged = rest.reduce((sum: JobType, { type }) => mergedJob(sum, type, state) ?? sum, first.type);
      this.drafts.merge(unit, merged);
    }
  }
}

/** A job that the unit's type cannot do. */
class NotApplicable extends Refusal {}

/** transaction_delete_one_unmergeable_job(): of two that can be spared rather the stop, unless a conflict asks for it. */
function lesserOf(one: DraftJob, other: DraftJob): DraftJob {
  if (one.matters && other.matters)
    throw new Refusal(one.unit, one.way, `it would be asked to ${one.type} and to ${other.type} at once`);
  if (one.matters) return other;
  if (other.matters) return one;
  const [stop, rest] = one.type === 'stop' ? [one, other] : [other, one];
  return [...stop.objects].some(({ conflicts }) => conflicts) ? rest : stop;
}
