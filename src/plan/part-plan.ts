import { baseName, type RootPath } from '../system/files.js';
import type { Jobs } from '../jobs/jobs.js';
import type { Unit } from '../units/unit.js';
import { dropInText } from './drop-in-text.js';
import type { Finding } from './findings/finding.js';
import { overruled, shadowed } from './findings/own-file.js';
import { notIn, placesInForce, type InForce } from './in-force.js';
import { liftsStartLimit, type Part } from './part.js';
import { changeOf, type Change } from './plan.js';
import { asSetting, isDependency, written, type Wanted } from './wanted.js';

/** The files that do not count as somebody else's word. */
export interface Own {
  /** those that are ours to write anew, or to keep */
  readonly ours: ReadonlySet<RootPath>;
  /** those of ours that go */
  readonly stale: ReadonlySet<RootPath>;
  /** how many directories were made for those on the unit that follows: they go with the last of them */
  readonly made: number;
}

/** What has to be done about one part. */
export interface PartPlan {
  readonly part: Part;
  /** whether our file, or its absence, is right as it is */
  readonly keep: boolean;
  readonly inForce: readonly InForce[];
  readonly missing: readonly Wanted[];
  /** what would have to be written, had nobody anything against it */
  readonly change: Change | undefined;
}

/** Works out what has to be done about a part. */
export function planPart(part: Part, { ours, stale, made }: Own): PartPlan {
  const { unit, other, own } = part;
  const places = part.wanted.map((wanted) => notIn(stale, placesInForce(wanted, unit, other)));
  // What a file of ours says is not a reason to keep it; what anybody else says is not written again.
  const others = places.map((one) => notIn(ours, one));
  const missing = part.wanted.filter((_, at) => others[at]?.length === 0);
  const keep = ours.has(own.path) ? saysAll(part, missing) && saysNothingElse(part) : missing.length === 0;
  return {
    part,
    keep,
    inForce: (keep ? places : others).flat(),
    missing: keep ? [] : missing,
    change: keep ? undefined : changeFor(part, missing, part.servedUnit === undefined ? made : 0),
  };
}

/** What our drop-in says now, as far as systemd reads it. */
export function ownSays({ unit, own }: Part): Wanted[] {
  const dependencies = unit.dependencies.filter(({ from }) => from.some(({ file }) => file === own.path));
  const others = unit.directives.filter((one) => one.file === own.path && !isDependency(one));
  return [...dependencies.map(asSetting), ...others];
}

function saysAll(part: Part, missing: readonly Wanted[]): boolean {
  const says = ownSays(part).map(written);
  return missing.every((wanted) => says.includes(written(wanted)));
}

/** A limit that we lifted once stays so until that is taken back: it was asked for, and does no harm. */
function saysNothingElse(part: Part): boolean {
  const wanted = part.wanted.map(written);
  return ownSays(part).every((said) => liftsStartLimit(said) || wanted.includes(written(said)));
}

function changeFor(
  { own, template, servedUnit }: Part,
  missing: readonly Wanted[],
  made: number,
): Change | undefined {
  const { path, owner, bytes, directories } = own;
  if (owner === 'theirs' || owner === 'not a file') return undefined;
  const about = { directories: Math.max(directories.length, made), servedUnit };
  const after = missing.length > 0 ? dropInText(template, missing, about) : null;
  return changeOf(path, bytes?.toString() ?? null, after, directories);
}

/** Looks at the unit as it would be then: what is written, or stands there already, must count. */
export function effectOf({ own: { path }, wanted, unit, other }: Part, planned: Jobs): Finding[] {
  const then = planned.load(unit.id);
  const lost = wanted.find((one) => placesInForce(one, then, planned.load(other.id)).length === 0);
  if (!lost) return [];
  const later = dropInsAfter(then, path);
  if (later.length > 0 && !isDependency(lost)) return [overruled(path, written(lost), later)];
  const isReplaced = then.problems.some(({ code, file }) => code === 'replaced-drop-in' && file === path);
  const by = then.dropIns.find((one) => baseName(one) === baseName(path));
  return [shadowed(path, isReplaced ? by : undefined)];
}

/** The drop-ins that systemd reads after this one; none where it does not read this one. */
function dropInsAfter({ dropIns }: Unit, path: RootPath): readonly RootPath[] {
  const at = dropIns.indexOf(path);
  return at === -1 ? [] : dropIns.slice(at + 1);
}
