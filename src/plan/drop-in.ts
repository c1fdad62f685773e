import { EXIT, UnitPatchError } from '../errors.js';
import type { Files, RootPath } from '../files/files.js';
import { isStoppedAlong, type Relation, type Template, type Watch } from '../firewalls/template.js';
import type { Unit } from '../units/unit.js';
import { dropInText, fillIn, type Placeholders } from './drop-in-text.js';
import { findOwnFile, type OwnFile } from './own-file.js';
import { type Change, changeOf } from './plan.js';
import {
  asSetting,
  type InForce,
  isDependency,
  notIn,
  placesInForce,
  settingsIn,
  type Wanted,
  written,
} from './settings.js';

/** One of the drop-ins that a relation needs: the unit that gets it, and its content. */
export interface DropIn {
  readonly unit: Unit;
  /** the unit that its settings are about */
  readonly other: Unit;
  /** the template, filled in */
  readonly template: string;
  readonly wanted: readonly Wanted[];
  readonly own: OwnFile;
  /** the name to revert it by */
  readonly revertName: string;
  /** the unit that is served by it, if that is the other one */
  readonly servedUnit: string | undefined;
}

/** The facts that the drop-ins of a relation are made from. */
export interface DropInOptions {
  readonly template: Template;
  readonly relation: Relation;
  /** the file name of the drop-in on the unit that follows */
  readonly dropIn: string;
  /** whether nothing is followed, so that a watch is all */
  readonly isAlone?: boolean;
  /** the path whose mount is followed, if that was named */
  readonly path?: string | undefined;
  /** whether to lift the start limit, with any relation */
  readonly noStartLimit: boolean;
  /** whether a start of the followed unit starts this one, if a stop of it stops it */
  readonly comeBack?: boolean;
  /** whether systemd here reads that in [Service] only, see hasOldStartLimit() */
  readonly hasOldStartLimit?: boolean;
  readonly systemctl: string;
  /** whether `systemctl reload` of the followed unit does anything without our drop-in */
  readonly canReload: boolean;
}

/**
 * The drop-ins of a relation: one on the unit that follows and, with a hook or if it is to come back, one on the followed
 * unit.
 */
export function dropInsOf(files: Files, unit: Unit, follow: Unit, wish: DropInOptions): DropIn[] {
  const { template, relation } = wish;
  const names = {
    unit: unit.id,
    follow: follow.id,
    path: wish.path,
    systemctl: wish.systemctl,
    service: template.watch?.service,
  };
  const own = findOwnFile(files, unit.id, wish.dropIn);
  const revertName = template.name;
  const parts: DropIn[] = [
    { unit, other: follow, own, ...wantedBy(wish, names), revertName, servedUnit: undefined },
  ];
  if (relation === 'hook')
    parts.push({
      unit: follow,
      other: unit,
      own: findOwnFile(files, follow.id, fillIn(template.hookDropIn, names)),
      ...hookFor(wish, names),
      revertName,
      servedUnit: unit.id,
    });
  // Of a path that is not mounted yet there is no unit that could have a drop-in.
  if (wish.comeBack === true && isStoppedAlong(relation) && follow.loadState !== 'not-found')
    parts.push({
      unit: follow,
      other: unit,
      own: findOwnFile(files, follow.id, fillIn(template.comeBackDropIn, names)),
      ...comeBackFor(template, names),
      revertName,
      servedUnit: unit.id,
    });
  return parts;
}

/** The text of a template for the unit that follows, and the settings that are wanted from it. */
export function wantedBy(
  wish: TextOptions & Pick<DropInOptions, 'noStartLimit' | 'hasOldStartLimit'>,
  names: Placeholders,
): Pick<DropIn, 'template' | 'wanted'> {
  const text = fillIn(textOf(wish), names);
  const template = wish.hasOldStartLimit ? withOldStartLimit(text) : text;
  const wanted = settingsIn(template);
  // Before systemd 230 only services had a limit.
  const hasLimit = !wish.hasOldStartLimit || names.unit.endsWith('.service');
  const isLifted = hasLimit && liftsLimit(wish);
  return { template, wanted: isLifted ? wanted : wanted.filter((one) => !liftsStartLimit(one)) };
}

type TextOptions = Pick<DropInOptions, 'template' | 'relation' | 'isAlone' | 'path'>;

/** @throws UnitPatchError `path-requires`, `no-watch` */
function textOf({ template, relation, isAlone = false, path }: TextOptions): string {
  if (path !== undefined) {
    if (relation === 'requires') return template.mountText;
    throw new UnitPatchError(
      'path-requires',
      `--relation ${relation} follows a unit, and ${path} is a path, which a unit can only require`,
      EXIT.usage,
      'leave --relation out, or name the mount unit: systemd-escape -p --suffix=mount PATH prints its name',
    );
  }
  if (relation !== 'watch') return template.texts[relation];
  const { conf, aloneConf } = watchOf(template).texts();
  return isAlone ? aloneConf : conf;
}

/** @throws UnitPatchError `no-watch` if the unit has no rules to be watched */
export function watchOf({ unit, watch }: Pick<Template, 'unit' | 'watch'>): Watch {
  if (watch) return watch;
  throw new UnitPatchError(
    'no-watch',
    `--relation watch watches the firewall rules of Docker, and ${unit} follows something else`,
    EXIT.usage,
    'choose another relation: requires, part-of or hook',
  );
}

/**
 * Whether to lift the start limit: a hook restarts docker at every step of the firewall, and a watch if it cannot put
 * the rules back, so they always do.
 */
export function liftsLimit({
  relation,
  noStartLimit,
}: Pick<DropInOptions, 'relation' | 'noStartLimit'>): boolean {
  return noStartLimit || relation === 'hook' || relation === 'watch';
}

/** The text with the start limit as it was spelled before systemd 230. */
function withOldStartLimit(text: string): string {
  const line = 'StartLimitIntervalSec=0\n';
  if (!text.includes(line)) return text;
  return `${text.replace(line, '')}\n[Service]\nStartLimitInterval=0\n`;
}

/** The same on the side of the unit that is followed. */
export function hookFor(
  { template: { hookText }, canReload }: Pick<DropInOptions, 'template' | 'canReload'>,
  names: Placeholders,
): Pick<DropIn, 'template' | 'wanted'> {
  const template = fillIn(hookText, names);
  // ExecReload= alone makes systemd take a unit for one that can be reloaded: service_can_reload().
  return { template, wanted: settingsIn(template).filter(({ key }) => canReload || key !== 'ExecReload') };
}

/**
 * The drop-in by which a start of the followed unit starts this one. Wants= does so at a start; Upholds= would do it all
 * the time, and start what was stopped by hand (measured with systemd 252 and 257).
 */
export function comeBackFor(
  { comeBackText }: Pick<Template, 'comeBackText'>,
  names: Placeholders,
): Pick<DropIn, 'template' | 'wanted'> {
  const template = fillIn(comeBackText, names);
  return { template, wanted: settingsIn(template) };
}

/** Whether a setting lifts the start limit. */
export function liftsStartLimit({ key }: Wanted): boolean {
  return key === 'StartLimitIntervalSec' || key === 'StartLimitInterval';
}

/** The files whose settings do not count as somebody else's. */
export interface OwnChanges {
  /** those that are ours to write anew, or to keep */
  readonly ours: ReadonlySet<RootPath>;
  /** those of ours that go */
  readonly stale: ReadonlySet<RootPath>;
}

/** The work to do for one drop-in. */
export interface DropInPlan {
  readonly part: DropIn;
  /** whether our file, or its absence, is right as it is */
  readonly keep: boolean;
  readonly inForce: readonly InForce[];
  readonly missing: readonly Wanted[];
  /** the text that would have to be written, if no finding refuses it */
  readonly change: Change | undefined;
}

/** Works out what to do for one drop-in. */
export function planDropIn(part: DropIn, { ours, stale }: OwnChanges): DropInPlan {
  const { unit, other, own } = part;
  const places = part.wanted.map((wanted) => notIn(stale, placesInForce(wanted, unit, other)));
  // A setting in our own file is no reason to keep the file; a setting that somebody else has is not written again.
  const others = places.map((one) => notIn(ours, one));
  const missing = part.wanted.filter((_, at) => others[at]?.length === 0);
  const keep = ours.has(own.path) ? saysAll(part, missing) && saysNothingElse(part) : missing.length === 0;
  return {
    part,
    keep,
    inForce: (keep ? places : others).flat(),
    missing: keep ? [] : missing,
    change: keep ? undefined : changeFor(part, missing),
  };
}

/** The settings of our drop-in now, as far as systemd reads them. */
export function ownSays({ unit, own }: DropIn): Wanted[] {
  const dependencies = unit.dependencies.filter(({ from }) => from.some(({ file }) => file === own.path));
  const others = unit.directives.filter((one) => one.file === own.path && !isDependency(one));
  return [...dependencies.map(asSetting), ...others];
}

function saysAll(part: DropIn, missing: readonly Wanted[]): boolean {
  const says = ownSays(part).map(written);
  return missing.every((wanted) => says.includes(written(wanted)));
}

/** A limit that we lifted stays lifted until that is reverted: it was asked for, and does no harm. */
function saysNothingElse(part: DropIn): boolean {
  const wanted = part.wanted.map(written);
  return ownSays(part).every((said) => liftsStartLimit(said) || wanted.includes(written(said)));
}

function changeFor(
  { own, template, revertName, servedUnit }: DropIn,
  missing: readonly Wanted[],
): Change | undefined {
  const { path, owner, bytes, directories } = own;
  if (owner === 'theirs' || owner === 'not a file') return undefined;
  const after = missing.length > 0 ? dropInText(template, missing, { revertName, servedUnit }) : null;
  return changeOf(path, bytes?.toString() ?? null, after, directories);
}
