import type { Edge } from './dependency-graph.js';
import type { DraftJobs } from './draft-jobs.js';
import { stops } from './job.js';
import type { Situation } from './situation.js';

/** What the order of two units hangs on: whether they have a job, and whether that begins with a stop. */
const [UNKNOWN, NONE, STARTS, STOPS] = [0, 1, 2, 3];

/** In which order the jobs of a transaction run; jobs that are queued already count. Units go by their numbers. */
export class JobOrders {
  /** each unit is asked for as often as others name it */
  private readonly kinds: Uint8Array;

  constructor(
    private readonly drafts: DraftJobs,
    private readonly situation: Situation,
  ) {
    this.kinds = new Uint8Array(situation.graph.names.length);
  }

  /** Units that wait for each other in a circle, if there are such. */
  cycle(): number[] | undefined {
    return findCycle(this.drafts.byUnit.keys(), this.kinds.length, (unit) => this.laterThan(unit));
  }

  /** What leads to the units whose jobs wait for the first job of this one. */
  private laterThan(unit: number): readonly Edge[] {
    const { graph } = this.situation;
    const kind = this.kindOf(unit);
    if (kind === NONE) return [];
    const dependencies = graph.dependencies(graph.names[unit] ?? '');
    const before = dependencies.of('Before');
    // Most have no other: then nothing is copied.
    const waiting = before.every(this.isWaiting) ? before : before.filter(this.isWaiting);
    if (kind === STARTS) return waiting;
    return [...waiting, ...dependencies.of('After').filter((edge) => this.kindOf(edge.number) !== NONE)];
  }

  private readonly isWaiting = (edge: Edge): boolean => this.kindOf(edge.number) === STARTS;

  private kindOf(unit: number): number {
    const known = this.kinds[unit];
    if (known !== UNKNOWN && known !== undefined) return known;
    const { graph, jobOf } = this.situation;
    const type = this.drafts.byUnit.get(unit)?.[0]?.type ?? jobOf(graph.names[unit] ?? '');
    const kind = type === undefined ? NONE : stops(type) ? STOPS : STARTS;
    this.kinds[unit] = kind;
    return kind;
  }
}

/**
 * A circle among units, which go by their numbers.
 * @param count how many numbers there are
 * @param later the units that come after one
 */
export function findCycle(units: Iterable<number>, count: number, later: Later): number[] | undefined {
  const search = new CycleSearch(count, later);
  for (const unit of units) {
    const cycle = search.from(unit);
    if (cycle) return cycle;
  }
  return undefined;
}

type Later = (unit: number) => readonly Pick<Edge, 'number'>[];

/** A unit on the way on which a circle is looked for. */
interface Step {
  readonly unit: number;
  /** the step that led here */
  readonly before: Step | undefined;
  readonly later: ReturnType<Later>;
  /** how many of those are still to be gone to */
  left: number;
}

const [ON_WAY, DONE] = [1, 2];

class CycleSearch {
  private readonly marks: Uint8Array;

  constructor(
    count: number,
    private readonly later: Later,
  ) {
    this.marks = new Uint8Array(count);
  }

  /** Goes to all that come after a unit and were not met before, as deep as it can first. */
  from(start: number): number[] | undefined {
    const { marks } = this;
    let here = marks[start] ? undefined : this.stepTo(start, undefined);
    while (here) {
      const next = here.left > 0 ? here.later[--here.left]?.number : undefined;
      if (next === undefined) {
        marks[here.unit] = DONE;
        here = here.before;
      } else if (marks[next] === ON_WAY) return wayFrom(next, here);
      else if (!marks[next]) here = this.stepTo(next, here);
    }
    return undefined;
  }

  private stepTo(unit: number, before: Step | undefined): Step {
    this.marks[unit] = ON_WAY;
    const later = this.later(unit);
    return { unit, before, later, left: later.length };
  }
}

/** The units from the last step to this unit on to that step. */
function wayFrom(unit: number, last: Step): number[] {
  const units: number[] = [];
  for (let step: Step | undefined = last; step; step = step.before) {
    units.push(step.unit);
    if (step.unit === unit) break;
  }
  return units.reverse();
}
