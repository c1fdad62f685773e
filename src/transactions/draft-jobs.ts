import type { Edge } from './dependency-graph.js';
import type { JobType } from './job.js';

/** Why a unit gets a job: the dependencies that lead from what was asked for to it. */
export type Way = readonly Edge[];

/** One job brings along another one; `matters`: without that it is not queued either. */
interface Link {
  subject: DraftJob;
  object: DraftJob;
  readonly matters: boolean;
  readonly conflicts: boolean;
}

/** A job while its transaction is built. */
export interface DraftJob {
  readonly unit: string;
  readonly type: JobType;
  readonly way: Way;
  /** what it brings along, and what brings it along */
  readonly subjects: Set<Link>;
  readonly objects: Set<Link>;
  /** whether the whole transaction fails without it */
  matters: boolean;
}

/** The jobs of a transaction while it is built; a unit may have several that are merged in the end. */
export class DraftJobs {
  /** the last one that was added comes first */
  readonly byUnit = new Map<string, DraftJob[]>();
  /** what was asked for: it is never dropped */
  anchor: DraftJob | undefined;

  /** The job of this type that a unit has. */
  find(unit: string, type: JobType): DraftJob | undefined {
    return this.byUnit.get(unit)?.find((one) => one.type === type);
  }

  add(unit: string, type: JobType, way: Way): DraftJob {
    const job: DraftJob = { unit, type, way, subjects: new Set(), objects: new Set(), matters: false };
    this.byUnit.set(unit, [job, ...(this.byUnit.get(unit) ?? [])]);
    this.anchor ??= job;
    return job;
  }

  /** Says that one brings along the other. */
  link(subject: DraftJob, object: DraftJob, matters: boolean, conflicts: boolean): void {
    const link = { subject, object, matters, conflicts };
    subject.subjects.add(link);
    object.objects.add(link);
  }

  has(job: DraftJob): boolean {
    return this.byUnit.get(job.unit)?.includes(job) === true;
  }

  /** Marks those without which the one that was asked for fails. */
  markWhatMatters(): void {
    const found = new Set(this.anchor ? [this.anchor] : []);
    for (const one of found) {
      one.matters = true;
      for (const { object, matters } of one.subjects) if (matters) found.add(object);
    }
  }

  /** @param withSubjects whether those that need it go too */
  delete(job: DraftJob, withSubjects: boolean): void {
    const left = (this.byUnit.get(job.unit) ?? []).filter((one) => one !== job);
    if (left.length > 0) this.byUnit.set(job.unit, left);
    else this.byUnit.delete(job.unit);
    for (const link of job.subjects) link.object.objects.delete(link);
    job.subjects.clear();
    for (const link of [...job.objects]) {
      job.objects.delete(link);
      link.subject.subjects.delete(link);
      if (link.matters && withSubjects && this.has(link.subject)) this.delete(link.subject, true);
    }
  }

  /** A job that no other job brings along any more goes; of several of one unit systemd looks at the last one only. */
  dropUnneeded(): void {
    for (;;) {
      const unneeded = this.firstUnneeded();
      if (!unneeded) return;
      this.delete(unneeded, true);
    }
  }

  private firstUnneeded(): DraftJob | undefined {
    for (const [last] of this.byUnit.values())
      if (last && last !== this.anchor && last.objects.size === 0) return last;
    return undefined;
  }

  /** Puts one job in the place of all that its unit has. */
  merge(unit: string, type: JobType): void {
    const drafts = this.byUnit.get(unit) ?? [];
    const [first] = drafts;
    if (!first) return;
    // Of a start and a restart the way of the restart counts.
    const { way } = drafts.find((one) => one.type === type) ?? first;
    const subjects = new Set(drafts.flatMap((one) => [...one.subjects]));
    const objects = new Set(drafts.flatMap((one) => [...one.objects]));
    const merged = { unit, type, way, subjects, objects, matters: drafts.some(({ matters }) => matters) };
    for (const link of subjects) link.subject = merged;
    for (const link of objects) link.object = merged;
    if (drafts.some((one) => one === this.anchor)) this.anchor = merged;
    this.byUnit.set(unit, [merged]);
  }
}

/**
 * A circle among units.
 * @param later the units that come after one
 */
export function findCycle(
  units: Iterable<string>,
  later: (unit: string) => readonly string[],
): string[] | undefined {
  const met = new Set<string>();
  const onPath = new Set<string>();
  for (const start of units) {
    if (met.has(start)) continue;
    const path = [stepFrom(start)];
    for (let here = path.at(-1); here; here = path.at(-1)) {
      const next = here.later[--here.left];
      if (next === undefined) {
        onPath.delete(here.unit);
        path.pop();
      } else if (onPath.has(next)) {
        return path.map(({ unit }) => unit).slice(path.findIndex(({ unit }) => unit === next));
      } else if (!met.has(next)) path.push(stepFrom(next));
    }
  }
  return undefined;

  function stepFrom(unit: string): { unit: string; later: readonly string[]; left: number } {
    met.add(unit);
    onPath.add(unit);
    const all = later(unit);
    return { unit, later: all, left: all.length };
  }
}
