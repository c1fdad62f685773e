import { type Files, rootPath } from '../files/files.js';
import { assigned } from '../files/read-text.js';
import type { Transactions } from '../transactions/transactions.js';
import { enablingLink } from '../units/enabled.js';
import { lastValue, type Unit } from '../units/unit.js';
import { effectsOf, runsFlush } from './effects.js';
import type { Facts } from './facts.js';
import { GENERAL_DROP_IN, type NoNeed, type Template } from './template.js';

/**
 * Whether a followed unit is a firewall, known by its name or because its commands flush rules. Any other unit, such
 * as a mount or a database, removes no rules.
 */
export function isFirewall(files: Files, template: Template, follow: Unit): boolean {
  if (template.candidates.length === 0) return false;
  const known = [...knownFirewalls(template), ...template.noNeed.map(({ unit }) => unit)];
  return follow.names.some((name) => known.includes(name)) || runsFlush(files, follow);
}

/**
 * The template with the texts and the file name that fit the followed unit: only for a firewall that wipes rules the
 * texts say so.
 */
export function templateFor(files: Files, template: Template, unit: Unit, follow: Unit): Template {
  if (!isFirewall(files, template, follow))
    return { ...general(template), watch: undefined, comeBack: false };
  const { restart, reload } = effectsOf(files, template, unit, follow);
  if (restart === 'wipes' || reload === 'wipes') return template;
  const isNoNeed = template.noNeed.some((one) => one.unit === follow.id);
  return isNoNeed ? general(template) : { ...template, ...template.general() };
}

/** The same by the name of the followed unit alone. */
export function templateByName(template: Template, follow: string): Template {
  return knownFirewalls(template).includes(follow) ? template : general(template);
}

function knownFirewalls({ candidates, firewalls }: Template): string[] {
  return [...candidates, ...firewalls];
}

function general(template: Template): Template {
  return { ...template, ...template.general(), dropIn: GENERAL_DROP_IN };
}

/** A firewall of a template that this system uses. */
export interface FirewallInUse {
  readonly unit: Unit;
  /** the name that the template has for it */
  readonly name: string;
  /** how it is known to be in use */
  readonly why: string;
  /** whether a restart or a reload of it removes rules that others wrote */
  readonly wipes: boolean;
  /** why nothing has to follow it, for one that usually leaves the rules of others alone */
  readonly noNeed: NoNeed | undefined;
}

/**
 * The firewalls of a template that this system uses, those that may have to be followed first.
 * @param check looks at each candidate before it is judged
 */
export function* firewallsInUse(
  transactions: Transactions,
  template: Template,
  facts: Pick<Facts, 'isActive'>,
  check: (unit: Unit) => void = () => undefined,
): Iterable<FirewallInUse> {
  const { files } = transactions.loader;
  const wipes = (firewall: Unit): boolean => {
    const { restart, reload } = effectsOf(files, template, transactions.load(template.unit), firewall);
    return restart === 'wipes' || reload === 'wipes';
  };
  const seen = new Set<Unit>();
  for (const name of template.candidates) {
    const unit = transactions.load(name);
    check(unit);
    const why = seen.has(unit) ? undefined : whyUsed(transactions, template, unit, facts);
    seen.add(unit);
    if (why !== undefined) yield { unit, name, why, wipes: wipes(unit), noNeed: undefined };
  }
  for (const noNeed of template.noNeed) {
    const unit = transactions.load(noNeed.unit);
    const why = whyUsed(transactions, template, unit, facts);
    if (why === undefined || !isOn(files, noNeed)) continue;
    const { unless } = noNeed;
    const isUnless = unless !== undefined && holds(files, unless.file, unless.setting) && wipes(unit);
    const because = isUnless ? `${why}, and ${unless.file} says ${unless.setting}` : why;
    yield { unit, name: noNeed.unit, why: because, wipes: isUnless, noNeed };
  }
}

/** Only a unit that can be loaded is in use; a masked one is not, whatever links there are. */
export function whyUsed(
  transactions: Transactions,
  template: Template,
  unit: Unit,
  facts: Pick<Facts, 'isActive'>,
): string | undefined {
  if (unit.loadState !== 'loaded' && unit.loadState !== 'bad-setting') return undefined;
  const link = enablingLink(transactions.loader.files, transactions.loader.map, unit.names);
  // A generator's link is there only while the machine runs; what it was made from lies in the root as well.
  const source = link?.includes('/systemd/generator') ? lastValue(unit, 'Unit', 'SourcePath') : undefined;
  const enabled = link === undefined ? 'started by what the boot starts' : `enabled by ${source ?? link}`;
  // A link may enable it for a target that no boot reaches; and a unit that does not load is in no transaction.
  const isStarted =
    unit.loadState === 'loaded'
      ? transactions.atBoot().has(unit.id) || transactions.startOf([template.unit]).has(unit.id)
      : link !== undefined;
  if (isStarted) return enabled;
  return facts.isActive(unit.id) ? 'active' : undefined;
}

/** Whether a firewall is turned on in its own configuration: an enabled unit may do nothing. */
export function isOn(files: Files, { onlyIf }: NoNeed): boolean {
  return onlyIf === undefined || onlyIf.settings.some((setting) => holds(files, onlyIf.file, setting));
}

/**
 * Whether a file of shell-like assignments has this one, the last one counting.
 * @throws UnitPatchError if the file exists and cannot be read
 */
function holds(files: Files, file: string, setting: string): boolean {
  const path = rootPath(file);
  if (files.follow(path).info?.kind !== 'file') return false;
  const [key = '', value] = setting.split('=');
  return assigned(files.read(path).toString(), key) === value;
}
