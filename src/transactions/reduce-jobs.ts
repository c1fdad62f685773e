import type { DraftJob, DraftJobs } from './draft-jobs.js';
import { JobOrders } from './job-orders.js';
import { isGoingDown, isRedundant, type JobType, mergedJob, reverses } from './job.js';
import { inOrder, Refusal, type Situation } from './situation.js';

/** What a transaction can do without goes, until the rest can be queued: transaction_activate(). */
export class JobReduction {
  constructor(
    private readonly drafts: DraftJobs,
    private readonly situation: Situation,
  ) {}

  /** Leaves one job for each unit, and none that changes nothing; it may refuse the whole. */
  run(): void {
    const { drafts, situation } = this;
    drafts.markWhatMatters();
    if (situation.sparesOthers) this.dropHarmful();
    this.dropRedundant();
    while (this.breakOneCycle() || this.dropOneConflict()) drafts.dropUnneeded();
    this.mergeAll();
    this.dropRedundant();
  }

  /** What need not be stopped goes on, and jobs that are queued stay: transaction_minimize_impact(). */
  private dropHarmful(): void {
    const { stateOf, jobOf } = this.situation;
    for (const one of [...this.drafts.byUnit.values()].flat()) {
      if (one.matters || one.isDeleted) continue;
      const state = stateOf(one.unit);
      const isAgainst = reverses(jobOf(one.unit), one.type, state);
      if (isAgainst || (one.type === 'stop' && !isGoingDown(state))) this.drafts.delete(one, true);
    }
  }

  /** The jobs of a unit go if none of them would change anything. */
  private dropRedundant(): void {
    const { stateOf, jobOf } = this.situation;
    for (let isDone = false; !isDone;) {
      isDone = true;
      for (const drafts of this.drafts.byUnit.values()) {
        const unit = drafts[0]?.unit ?? '';
        const state = stateOf(unit);
        const isNeeded = drafts.some(
          (one) =>
            one === this.drafts.anchor ||
            !isRedundant(one.type, state) ||
            reverses(jobOf(unit), one.type, state),
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
    const all = inOrder(this.situation, [...this.drafts.byUnit.values()]);
    const conflicts = all.flatMap((drafts) => this.conflictIn(drafts) ?? []);
    const [first] = conflicts;
    if (!first) return false;
    // What goes with the first may settle the others, or not.
    if (conflicts.length > 1) this.situation.isLeftToChance();
    this.drafts.delete(this.lesserOf(...first), true);
    return true;
  }

  private conflictIn(drafts: readonly DraftJob[]): [[one: DraftJob, other: DraftJob]] | undefined {
    if (drafts.length < 2) return undefined;
    for (const [at, one] of drafts.entries())
      for (const other of drafts.slice(at + 1))
        if (mergedJob(one.type, other.type, this.situation.stateOf(one.unit)) === undefined)
          return [[one, other]];
    return undefined;
  }

  /** Of the units that wait for each other in a circle one loses its jobs, if the transaction can do without them. */
  private breakOneCycle(): boolean {
    const cycle = new JobOrders(this.drafts, this.situation).cycle();
    if (!cycle) return false;
    const spares = cycle.filter((unit) => this.drafts.byUnit.get(unit)?.some((one) => one.matters) === false);
    if (spares.length > 1) this.situation.isLeftToChance();
    const [spare] = spares;
    if (spare === undefined) {
      const names = cycle.map((unit) => this.situation.graph.names[unit] ?? '');
      throw new Refusal(names[0] ?? '', [], `its order has a cycle: ${names.join(', ')}`);
    }
    for (const one of [...(this.drafts.byUnit.get(spare) ?? [])]) this.drafts.delete(one, true);
    return true;
  }

  private mergeAll(): void {
    for (const [number, drafts] of this.drafts.byUnit) {
      if (drafts.length < 2) continue;
      const [first, ...rest] = drafts;
      if (!first) continue;
      const state = this.situation.stateOf(first.unit);
      const merged = rest.reduce((sum: JobType, { type }) => mergedJob(sum, type, state) ?? sum, first.type);
      this.drafts.merge(number, merged);
    }
  }

  /** transaction_delete_one_unmergeable_job(): of two that can be spared rather the stop, unless a conflict asks for it. */
  private lesserOf(one: DraftJob, other: DraftJob): DraftJob {
    if (one.matters && other.matters)
      throw new Refusal(one.unit, one.way, `it would be asked to ${one.type} and to ${other.type} at once`);
    if (one.matters) return other;
    if (other.matters) return one;
    const [stop, rest] = one.type === 'stop' ? [one, other] : [other, one];
    return this.drafts.isOfConflict(stop) ? rest : stop;
  }
}
