import { type DraftJob, DraftJobs, type Way } from './draft-jobs.js';
import type { Edge, EdgeType } from './dependency-graph.js';
import { isGoingDown, jobFor, type JobType, stops } from './job.js';
import { JobReduction } from './reduce-jobs.js';
import {
  inOrder,
  NotApplicable,
  type PlannedJob,
  Refusal,
  type RefusedTransaction,
  type Situation,
} from './situation.js';

/** What is brought along, how, and whether the whole fails without it: unit-dependency-atom.c. */
const STARTS: readonly { readonly by: EdgeType; readonly job: JobType; readonly matters: boolean }[] = [
  { by: 'Requires', job: 'start', matters: true },
  { by: 'BindsTo', job: 'start', matters: true },
  { by: 'Wants', job: 'start', matters: false },
  { by: 'Upholds', job: 'start', matters: false },
  { by: 'Requisite', job: 'verify-active', matters: true },
  { by: 'Conflicts', job: 'stop', matters: true },
  { by: 'ConflictedBy', job: 'stop', matters: false },
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

/** What brings a job along: another one, by a dependency of its unit. */
interface Cause {
  readonly job: DraftJob;
  readonly edge: Edge;
  /** whether that one fails without it */
  readonly matters: boolean;
}

/** Each job has one; `[...way, edge]` would take four times the memory, since a list that is added to grows in advance. */
function wayOf(by: Cause | undefined): Way {
  return by ? by.job.way.concat(by.edge) : [];
}

class Transaction {
  private readonly drafts = new DraftJobs();

  constructor(private readonly situation: Situation) {}

  jobsOf(unit: string, type: JobType): PlannedJob[] {
    const { drafts, situation } = this;
    const { id } = situation.graph.unit(unit);
    this.add({ unit: id, number: situation.graph.numberOf(id) }, type);
    new JobReduction(drafts, situation).run();
    const planned: PlannedJob[] = [];
    for (const [one] of drafts.byUnit.values()) if (one) planned.push(one);
    return planned;
  }

  /**
   * Adds a job that is not there yet.
   * @param by what brings it along; undefined for what was asked for
   */
  private add(named: Pick<Edge, 'unit' | 'number'>, type: JobType, by?: Cause): void {
    const { graph } = this.situation;
    const { unit } = named;
    const { loadState } = graph.unit(unit);
    if (type !== 'stop' && loadState !== 'loaded')
      throw new Refusal(unit, wayOf(by), `${unit} is ${loadState}`);
    if (type === 'reload' && !graph.canReload(unit))
      throw new NotApplicable(unit, wayOf(by), `${unit} cannot be reloaded`);
    const job = this.drafts.add(named, type, wayOf(by));
    if (by) this.drafts.link(by.job, job, by.matters, by.edge.type === 'Conflicts');
    try {
      this.addDependencies(job);
    } catch (error) {
      if (error instanceof Refusal && this.situation.systemd >= DROPPED_SINCE) this.drafts.delete(job, false);
      throw error;
    }
  }

  private addDependencies(job: DraftJob): void {
    const { graph, stateOf, restartsOthers } = this.situation;
    const { unit, type } = job;
    const isRestart = type === 'restart' || (type === 'start' && job.way.length === 0 && restartsOthers);
    if (type === 'start' || type === 'restart') this.addStarts(job);
    for (const edge of isRestart || type === 'stop' ? graph.of(unit, ...RESTARTED_WITH) : [])
      if (type === 'stop') this.addFor(job, edge, 'stop', true);
      // What is down is not started by it.
      else if (jobFor('try-restart', stateOf(edge.unit), false)) this.addFor(job, edge, 'restart', true);
    if (stops(type) || isRestart) this.propagateStop(job);
    if (type === 'reload') this.addReloads(job);
  }

  private addReloads(job: DraftJob): void {
    const { graph, stateOf } = this.situation;
    for (const edge of graph.of(job.unit, 'PropagatesReloadTo'))
      if (!isGoingDown(stateOf(edge.unit))) this.addFor(job, edge, 'reload', false);
  }

  /** What is started along with a unit, and what has to be up or down for it. */
  private addStarts(job: DraftJob): void {
    const dependencies = this.situation.graph.dependencies(job.unit);
    for (const brought of STARTS) {
      const edges = dependencies.of(brought.by);
      // Most units have few of these types.
      if (edges.length === 0) continue;
      for (const edge of inOrder(this.situation, edges)) this.addFor(job, edge, brought.job, brought.matters);
    }
  }

  /** PropagatesStopTo=, for which a restart counts as a stop or not: see GRACEFUL_SINCE. */
  private propagateStop(job: DraftJob): void {
    const { graph, systemd } = this.situation;
    const isGraceful = systemd >= GRACEFUL_SINCE;
    if (!isGraceful && job.type !== 'stop') return;
    // It comes after all other dependencies, so only the requested job passes it on, and the jobs that it adds this way.
    if (isGraceful && job.way.some(({ type }) => type !== 'PropagatesStopTo')) return;
    for (const edge of graph.of(job.unit, 'PropagatesStopTo')) {
      const types = (this.drafts.byUnit.get(edge.number) ?? []).map(({ type }) => type);
      if (isGraceful && types.some(stops)) continue;
      this.addFor(job, edge, isGraceful && types.includes('start') ? 'restart' : 'stop', true);
    }
  }

  private addFor(job: DraftJob, edge: Edge, type: JobType, matters: boolean): void {
    // Most dependencies lead to a job that is there already.
    const known = this.drafts.find(edge.number, type);
    if (known) {
      this.drafts.link(job, known, matters, edge.type === 'Conflicts');
      return;
    }
    try {
      this.add(edge, type, { job, edge, matters });
    } catch (error) {
      // What cannot do such a job at all is passed over, by whatever dependency.
      if (!(error instanceof Refusal) || (matters && !(error instanceof NotApplicable))) throw error;
    }
  }
}
