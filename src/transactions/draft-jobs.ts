import type { Edge } from './dependency-graph.js';
import type { JobType } from './job.js';

/** Why a unit gets a job: the dependencies that lead from what was asked for to it. */
export type Way = readonly Edge[];

/**
 * One job brings along another one; `matters`: without that it is not queued either. It is in a list of each of the two,
 * which costs less than arrays, since most are short; it counts until one of the two is deleted.
 */
interface Link {
  subject: DraftJob;
  object: DraftJob;
  readonly matters: boolean;
  readonly conflicts: boolean;
  /** the next one with the same subject */
  nextOfSubject: Link | undefined;
  /** the next one with the same object */
  nextOfObject: Link | undefined;
}

/** A job while its transaction is built. */
export interface DraftJob {
  readonly unit: string;
  /** the number of the unit in its graph */
  readonly number: number;
  readonly type: JobType;
  readonly way: Way;
  /** the first of those by which it brings others along */
  brings: Link | undefined;
  /** the first of those by which others bring it along */
  broughtBy: Link | undefined;
  /** how many of the latter count */
  causes: number;
  isDeleted: boolean;
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
    const job = draft(unit, number, type, way);
    const others = this.byUnit.get(number);
    this.byUnit.set(number, others ? [job, ...others] : [job]);
    this.anchor ??= job;
    return job;
  }

  /** Says that one brings along the other. */
  link(subject: DraftJob, object: DraftJob, matters: boolean, conflicts: boolean): void {
    const [nextOfSubject, nextOfObject] = [subject.brings, object.broughtBy];
    const link = { subject, object, matters, conflicts, nextOfSubject, nextOfObject };
    subject.brings = link;
    object.broughtBy = link;
    object.causes += 1;
  }

  /** Whether a job is brought along by a conflict. */
  isOfConflict(job: DraftJob): boolean {
    for (let link = job.broughtBy; link; link = link.nextOfObject)
      if (link.conflicts && !link.subject.isDeleted) return true;
    return false;
  }

  /** Marks those without which the one that was asked for fails. */
  markWhatMatters(): void {
    const found = new Set(this.anchor ? [this.anchor] : []);
    for (const one of found) {
      one.matters = true;
      for (let link = one.brings; link; link = link.nextOfSubject)
        if (link.matters && !link.object.isDeleted) found.add(link.object);
    }
  }

  /** @param withSubjects whether those that need it go too */
  delete(job: DraftJob, withSubjects: boolean): void {
    if (job.isDeleted) return;
    job.isDeleted = true;
    const left = (this.byUnit.get(job.number) ?? []).filter((one) => one !== job);
    if (left.length > 0) this.byUnit.set(job.number, left);
    else this.byUnit.delete(job.number);
    for (let link = job.brings; link; link = link.nextOfSubject) link.object.causes -= 1;
    if (!withSubjects) return;
    for (let link = job.broughtBy; link; link = link.nextOfObject)
      if (link.matters) this.delete(link.subject, true);
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
      if (last && last !== this.anchor && last.causes === 0) return last;
    return undefined;
  }

  /** Puts one job in the place of all that its unit has. */
  merge(number: number, type: JobType): void {
    const drafts = this.byUnit.get(number) ?? [];
    const [first] = drafts;
    if (!first) return;
    // Of a start and a restart the way of the restart counts.
    const { unit, way } = drafts.find((one) => one.type === type) ?? first;
    const merged = draft(unit, number, type, way);
    merged.matters = drafts.some((one) => one.matters);
    for (const one of drafts) moveLinks(one, merged);
    if (drafts.some((one) => one === this.anchor)) this.anchor = merged;
    this.byUnit.set(number, [merged]);
  }
}

function draft(unit: string, number: number, type: JobType, way: Way): DraftJob {
  return {
    unit,
    number,
    type,
    way,
    brings: undefined,
    broughtBy: undefined,
    causes: 0,
    isDeleted: false,
    matters: false,
  };
}

function moveLinks(from: DraftJob, to: DraftJob): void {
  for (let link = from.brings; link;) {
    const { nextOfSubject } = link;
    link.subject = to;
    link.nextOfSubject = to.brings;
    to.brings = link;
    link = nextOfSubject;
  }
  for (let link = from.broughtBy; link;) {
    const { nextOfObject } = link;
    link.object = to;
    link.nextOfObject = to.broughtBy;
    to.broughtBy = link;
    link = nextOfObject;
  }
  to.causes += from.causes;
}
