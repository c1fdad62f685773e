import type { Files } from '../system/files.js';
import { lastValue } from '../jobs/implied.js';
import type { Unit } from '../units/unit.js';
import { fillIn, type Names } from './drop-in-text.js';
import { findOwnFile, type OwnFile } from './own-file.js';
import type { Relation, Template } from './template.js';
import { settingsIn, type Wanted } from './wanted.js';

/** One of the drop-ins that a relation asks for: the unit that gets it, and what it is to say. */
export interface Part {
  readonly unit: Unit;
  /** the unit that its settings are about */
  readonly other: Unit;
  /** the template, filled in */
  readonly template: string;
  readonly wanted: readonly Wanted[];
  readonly own: OwnFile;
  /** the unit that is served by it, where that is the other one */
  readonly servedUnit: string | undefined;
}

/** What the parts are made from. */
export interface Wish {
  readonly template: Template;
  readonly relation: Relation;
  /** the file name of the drop-in on the unit that follows */
  readonly dropIn: string;
  /** whether the start limit is to be lifted, by whatever relation */
  readonly noStartLimit: boolean;
  /** whether systemd here reads that in [Service] only, see hasOldStartLimit() */
  readonly hasOldStartLimit?: boolean;
  readonly systemctl: string;
  /** whether `systemctl reload` of the followed unit does anything without us */
  readonly canReload: boolean;
}

/** The parts of a relation: that of the unit which follows, and with a hook that of the followed one. */
export function partsOf(files: Files, unit: Unit, follow: Unit, wish: Wish): Part[] {
  const { template, relation } = wish;
  const names = { unit: unit.id, follow: follow.id, systemctl: wish.systemctl };
  const own = findOwnFile(files, unit.id, wish.dropIn);
  const parts: Part[] = [{ unit, other: follow, own, ...wantedBy(wish, names), servedUnit: undefined }];
  if (relation === 'hook')
    parts.push({
      unit: follow,
      other: unit,
      own: findOwnFile(files, follow.id, fillIn(template.hookDropIn, names)),
      ...hookFor(wish, names),
      servedUnit: unit.id,
    });
  return parts;
}

/** What a template says on the side of the unit that follows, and what of it is wanted. */
export function wantedBy(
  wish: Pick<Wish, 'template' | 'relation' | 'noStartLimit' | 'hasOldStartLimit'>,
  names: Names,
): Pick<Part, 'template' | 'wanted'> {
  const { texts } = wish.template;
  const text = fillIn(texts[wish.relation], names);
  const template = wish.hasOldStartLimit ? withOldStartLimit(text) : text;
  const wanted = settingsIn(template);
  // Before systemd 230 only services had a limit.
  const hasLimit = !wish.hasOldStartLimit || names.unit.endsWith('.service');
  const isLifted = hasLimit && liftsLimit(wish);
  return { template, wanted: isLifted ? wanted : wanted.filter((one) => !liftsStartLimit(one)) };
}

/** Whether the start limit goes: a hook restarts docker at every step of the firewall, so there it does unasked. */
export function liftsLimit({ relation, noStartLimit }: Pick<Wish, 'relation' | 'noStartLimit'>): boolean {
  return noStartLimit || relation === 'hook';
}

/** The text with the start limit as it was spelled before systemd 230. */
function withOldStartLimit(text: string): string {
  const line = 'StartLimitIntervalSec=0\n';
  if (!text.includes(line)) return text;
  return `${text.replace(line, '')}\n[Service]\nStartLimitInterval=0\n`;
}

/** The same on the side of the unit that is followed. */
export function hookFor(
  { template: { hookText }, canReload }: Pick<Wish, 'template' | 'canReload'>,
  names: Names,
): Pick<Part, 'template' | 'wanted'> {
  const template = fillIn(hookText, names);
  // ExecReload= alone makes systemd take a unit for one that can be reloaded: service_can_reload().
  return { template, wanted: settingsIn(template).filter(({ key }) => canReload || key !== 'ExecReload') };
}

/** Whether a setting takes the start limit away. */
export function liftsStartLimit({ key }: Wanted): boolean {
  return key === 'StartLimitIntervalSec' || key === 'StartLimitInterval';
}

/** Whether `systemctl reload` of a unit does anything: service_can_reload(). */
export function hasReload(unit: Unit): boolean {
  const has = (key: string): string | undefined => lastValue(unit, 'Service', key);
  return has('ExecReload') !== undefined || has('Type') === 'notify-reload';
}
