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
    const isWaiting = (edge: Edge): boolean => this.kindOf(edge.number) === STARTS;
    const waiting = before.every(isWaiting) ? before : before.filter(isWaiting);
    if (kind === STARTS) return waiting;
    return [...waiting, ...dependencies.of('After').filter((edge) => this.kindOf(edge.number) !== NONE)];
  }

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

const [ON_PATH, DONE] = [1, 2];

/**
 * A circle among units, which go by their numbers.
 * @param count how many numbers there are
 * @param later the units that come after one
 */
export function findCycle(
  units: Iterable<number>,
  count: number,
  later: (unit: number) => readonly Pick<Edge, 'number'>[],
): number[] | undefined {
  const marks = new Uint8Array(count);
  for (const start of units) {
    if (marks[start]) continue;
    const path = [stepFrom(start)];
    for (let here = path.at(-1); here; here = path.at(-1)) {
      const next = here.later[--here.left]?.number;
      if (next === undefined) {
        marks[here.unit] = DONE;
        path.pop();
      } else if (marks[next] === ON_PATH) {
        return path.map(({ unit }) => unit).slice(path.findIndex(({ unit }) => unit === next));
      } else if (!marks[next]) path.push(stepFrom(next));
    }
  }
  return undefined;

  function stepFrom(unit: number): { unit: number; later: readonly Pick<Edge, 'number'>[]; left: number } {
    marks[unit] = ON_PATH;
    const all = later(unit);
    return { unit, later: all, left: all.length };
  }
}
