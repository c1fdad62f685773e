import { EXIT, UnitPatchError } from '../errors.js';
import { type Transactions, staysActive } from '../transactions/transactions.js';
import type { Source, Unit } from '../units/unit.js';
import type { Facts } from './facts.js';
import { isFirewall, whyUsed } from './in-use.js';
import type { Template } from './template.js';
import { looksLikeFirewall } from './unknown-firewall.js';

/** Nobody reads more. */
const SHOWN_MAX = 3;

/** A unit that looks like the firewall of this system, though the template does not choose it. */
export interface FirewallFound {
  readonly unit: Unit;
  /** how it is known to be in use */
  readonly why: string;
  /** whether the template knows it by its name */
  readonly isKnown: boolean;
  /** the line that makes it start after the template's unit, which then cannot follow it */
  readonly after: Source | null | undefined;
}

/**
 * The services that are started at boot or active now and look like a firewall, those known by name first. Every
 * service of the boot is read, and the scripts that these start: ask only if no candidate of the template is in use.
 */
export function firewallsFound(
  transactions: Transactions,
  template: Template,
  facts: Pick<Facts, 'isActive'>,
): readonly FirewallFound[] {
  if (template.candidates.length === 0) return [];
  const { files } = transactions.loader;
  const patched = transactions.load(template.unit);
  const known = [...template.candidates, ...template.noNeed.map(({ unit }) => unit)];
  const found = [...transactions.activeWith([template.unit])]
    .map((name) => transactions.load(name))
    .filter((unit) => unit.id !== patched.id && !unit.names.some((name) => known.includes(name)))
    .filter((unit) => !isBoundTo(unit, patched) && looksLikeFirewall(files, template, unit))
    .flatMap((unit) => {
      const why = whyUsed(transactions, template, unit, facts);
      const isKnown = unit.names.some((name) => template.firewalls.includes(name));
      return why === undefined ? [] : [{ unit, why, isKnown, after: orderedAfter(unit, patched) }];
    })
    // A unit that only starts after Docker may exist for Docker's sake; one that removes rules does not.
    .filter(({ unit, after }) => after === undefined || isFirewall(files, template, unit));
  return found
    .sort((a, b) => Number(b.isKnown) - Number(a.isKnown) || (a.unit.id < b.unit.id ? -1 : 1))
    .slice(0, SHOWN_MAX);
}

/** A firewall of IPv6 alone: RHEL's fails where IPv6 is off, and so would what requires it. */
const IPV6 = /^ip6|6(?:-lite)?\.service$/;

/** The one firewall that there is, if it is known by its name and can be followed; of several, none is sure. */
export function sureFirewall(found: readonly FirewallFound[]): FirewallFound | undefined {
  const [only, ...others] = found;
  if (!only?.isKnown || only.after !== undefined || others.length > 0) return undefined;
  return IPV6.test(only.unit.id) ? undefined : only;
}

/**
 * The error that names the firewalls found, with the command to follow each.
 * @param turnedOff firewalls that are enabled and turned off in their own configuration
 */
export function foundButNotChosen(
  found: readonly FirewallFound[],
  transactions: Transactions,
  template: Template,
  turnedOff: readonly string[],
  isLive: boolean,
): UnitPatchError {
  const names = found.map(({ unit, why, after }) => {
    const order = after === undefined ? '' : `, and starts after ${template.unit}${placeOf(after)}`;
    return `${unit.id} (${why}${order})`;
  });
  const off = turnedOff.length === 0 ? '' : `, not ${turnedOff.join(', ')}`;
  return new UnitPatchError(
    'no-candidate',
    `this system's firewall looks like ${names.join(' or ')}${off}; ${template.unit} follows it only if --follow names it`,
    EXIT.usage,
    hintFor(found, transactions, template, isLive),
  );
}

function hintFor(
  found: readonly FirewallFound[],
  transactions: Transactions,
  { name, unit: patched }: Template,
  isLive: boolean,
): string {
  const commands = found
    .filter(({ after }) => after === undefined)
    .map(({ unit }) => {
      const relation = needsHook(transactions, unit) ? ' --relation hook' : '';
      return `${isLive ? 'sudo ' : ''}unit-patch ${name} --follow ${unit.id}${relation}`;
    });
  if (commands.length > 0) return commands.join(', or ');
  return `make ${found[0]?.unit.id ?? 'it'} start before ${patched} first, then name it with --follow`;
}

/** A oneshot that does not stay is refused otherwise; one that a timer starts is refused with the hook as well. */
function needsHook(transactions: Transactions, unit: Unit): boolean {
  const timer = transactions.load(unit.id.replace(/\.service$/, '.timer'));
  return !staysActive(unit) && timer.loadState === 'not-found';
}

/** A unit that is bound to Docker's starts and stops with it: its rules are for Docker. */
function isBoundTo({ dependencies }: Unit, { id }: Unit): boolean {
  const types = ['Requires', 'Requisite', 'BindsTo', 'PartOf'];
  return dependencies.some(({ type, unit }) => types.includes(type) && unit === id);
}

function orderedAfter(one: Unit, other: Unit): Source | null | undefined {
  const order =
    one.dependencies.find(({ type, unit }) => type === 'After' && unit === other.id) ??
    other.dependencies.find(({ type, unit }) => type === 'Before' && unit === one.id);
  return order && (order.from[0] ?? null);
}

function placeOf(source: Source | null): string {
  if (source === null) return '';
  return `, ${source.file}${source.line === null ? '' : `:${source.line}`}`;
}
