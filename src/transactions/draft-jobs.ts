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
  /** whether one of the two was deleted; it stays in their lists, which are long where thousands need one unit */
  isGone: boolean;
}

/** A job while its transaction is built. */
export interface DraftJob {
  readonly unit: string;
  /** the number of the unit in its graph */
  readonly number: number;
  readonly type: JobType;
  readonly way: Way;
  /** what it brings along, and what brings it along */
  readonly subjects: Link[];
  readonly objects: Link[];
  /** how many of the objects are not gone */
  needs: number;
  /** whether the whole transaction fails without it */
  matters: boolean;
}

/** The jobs of a transaction while it is built; a unit may have several that are merged in the end. */
export class DraftJobs {
  /** by the numbers of the units; the last one that was added comes first */
  readonly byUnit = new Map<number, DraftJob[]>();
  /** what was asked for: it is never dropped */
  anchor: DraftJob | undefined;

  /** The job of this type that a unit has. */
  find(unit: number, type: JobType): DraftJob | undefined {
    return this.byUnit.get(unit)?.find((one) => one.type === type);
  }

  add({ unit, number }: Pick<DraftJob, 'unit' | 'number'>, type: JobType, way: Way): DraftJob {
    const job: DraftJob = { unit, number, type, way, subjects: [], objects: [], needs: 0, matters: false };
    const others = this.byUnit.get(number);
    this.byUnit.set(number, others ? [job, ...others] : [job]);
    this.anchor ??= job;
    return job;
  }

  /** Says that one brings along the other. */
  link(subject: DraftJob, object: DraftJob, matters: boolean, conflicts: boolean): void {
    const link = { subject, object, matters, conflicts, isGone: false };
    subject.subjects.push(link);
    object.objects.push(link);
    object.needs += 1;
  }

  has(job: DraftJob): boolean {
    return this.byUnit.get(job.number)?.includes(job) === true;
  }

  /** Marks those without which the one that was asked for fails. */
  markWhatMatters(): void {
    const found = new Set(this.anchor ? [this.anchor] : []);
    for (const one of found) {
      one.matters = true;
      for (const { object, matters, isGone } of one.subjects) if (matters && !isGone) found.add(object);
    }
  }

  /** @param withSubjects whether those that need it go too */
  delete(job: DraftJob, withSubjects: boolean): void {
    const left = (this.byUnit.get(job.number) ?? []).filter((one) => one !== job);
    if (left.length > 0) this.byUnit.set(job.number, left);
    else this.byUnit.delete(job.number);
    for (const link of job.subjects) unlink(link);
    for (const link of job.objects) {
      if (link.isGone) continue;
      unlink(link);
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
      if (last && last !== this.anchor && last.needs === 0) return last;
    return undefined;
  }

  /** Puts one job in the place of all that its unit has. */
  merge(number: number, type: JobType): void {
    const drafts = this.byUnit.get(number) ?? [];
    const [first] = drafts;
    if (!first) return;
    // Of a start and a restart the way of the restart counts.
    const { unit, way } = drafts.find((one) => one.type === type) ?? first;
    const subjects = drafts.flatMap((one) => one.subjects.filter(({ isGone }) => !isGone));
    const objects = drafts.flatMap((one) => one.objects.filter(({ isGone }) => !isGone));
    const matters = drafts.some((one) => one.matters);
    const merged = { unit, number, type, way, subjects, objects, needs: objects.length, matters };
    for (const link of subjects) link.subject = merged;
    for (const link of objects) link.object = merged;
    if (drafts.some((one) => one === this.anchor)) this.anchor = merged;
    this.byUnit.set(number, [merged]);
  }
}

function unlink(link: Link): void {
  if (link.isGone) return;
  link.isGone = true;
  link.object.needs -= 1;
}
