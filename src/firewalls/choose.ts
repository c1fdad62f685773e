import { EXIT, UnitPatchError } from '../errors.js';
import type { Transactions } from '../transactions/transactions.js';
import { canBeEnabled } from '../units/enabled.js';
import { badUnitName, templateIsNoUnit } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import { mustBeReadable } from '../units/problems.js';
import type { Setting, Unit } from '../units/unit.js';
import { typeAtOnce } from './commands/loads-once.js';
import type { Facts } from './facts.js';
import { firewallsFound, foundButNotChosen, sureFirewall } from './found.js';
import { type FirewallInUse, firewallsInUse, isOn, whyUsed } from './in-use.js';
import { mountOfPath } from './mount-path.js';
import type { NoNeed, Template } from './template.js';

/** The unit to follow, and how it was chosen. */
export interface Follow {
  /** the requested name; null if none was given */
  readonly asked: string | null;
  readonly unit: Unit;
  readonly why: string;
  /** a target, for a watch that needs no firewall: the plan says nothing of it */
  readonly isStandIn?: true;
  /** the path whose mount it is, if that was named */
  readonly path?: string | undefined;
}

/** A unit to follow, or the reason why none has to be followed, or the error that says that there is none. */
export type FirewallChoice =
  | { readonly follow: Follow }
  | {
      readonly noNeed: NoNeed;
      readonly why: string;
      /** the line by which it counts as started before the unit can find it */
      readonly missedBy: Setting | undefined;
    }
  | { readonly nobody: UnitPatchError };

/** A drop-in of ours that is in place, and the unit that it has followed. */
export interface FollowedAlready {
  readonly file: { readonly path: string };
  readonly follow: string | undefined;
  /** the path whose mount it is, if the file names that */
  readonly path?: string | undefined;
}

/** The facts that are asked of the running machine, if there is one. */
type Running = Pick<Facts, 'isActive'> & Partial<Pick<Facts, 'isLive'>>;

/**
 * Chooses the unit to follow: the one that was named, or the first of the template's candidates that this
 * system uses, or the one that a drop-in of ours makes it follow already, or the only other firewall that is known.
 * @param own the drop-ins of ours that are in place
 * @returns an error `no-candidate` if the system uses none of them
 * @throws UnitPatchError `no-candidate` if it looks as if it used others, `unreadable`, `bad-unit-name`, `no-follow`
 */
export function chooseFollow(
  transactions: Transactions,
  template: Template,
  requestedName: string | undefined,
  facts: Running,
  own: readonly FollowedAlready[] = [],
): FirewallChoice {
  if (requestedName !== undefined) return { follow: named(transactions, requestedName, template.unit) };
  const already = followedAlready(transactions, own);
  if (template.candidates.length === 0) {
    if (already) return { follow: already };
    throw new UnitPatchError(
      'no-follow',
      `there is no template for ${template.unit}, so name the unit that it should follow`,
      EXIT.usage,
      `unit-patch ${template.unit} --follow UNIT`,
    );
  }
  const [first] = sortedByNeed(firewallsInUse(transactions, template, facts, mustBeReadable));
  if (!first) {
    return already ? { follow: already } : otherFirewall(transactions, template, facts);
  }
  const { unit, name, why, noNeed } = first;
  if (noNeed && !first.wipes)
    return { noNeed, why, missedBy: noNeed.busName === undefined ? undefined : typeAtOnce(unit) };
  return { follow: { asked: null, unit, why: viaAlias(name, unit) + why } };
}

/** A firewall that wipes comes before one that does not, which would hide it. */
function sortedByNeed(firewalls: Iterable<FirewallInUse>): FirewallInUse[] {
  const keeping: FirewallInUse[] = [];
  for (const one of firewalls) {
    if (one.wipes) return [one];
    keeping.push(one);
  }
  return keeping;
}

/** An existing one counts before one that is gone. */
function followedAlready(transactions: Transactions, own: readonly FollowedAlready[]): Follow | undefined {
  const all = own.flatMap(({ file, follow, path }) =>
    follow === undefined
      ? []
      : [{ asked: null, unit: transactions.load(follow), path, why: `followed already, by ${file.path}` }],
  );
  return all.find(({ unit }) => unit.loadState === 'loaded') ?? all[0];
}

function named(transactions: Transactions, requestedName: string, patched: string): Follow {
  if (requestedName.startsWith('/')) {
    const { path, unit } = mountOfPath(transactions, requestedName);
    return { asked: requestedName, unit, path, why: `the mount of ${path}` };
  }
  const parsed = parseUnitName(requestedName);
  if (!parsed) throw badUnitName(requestedName);
  // In a template it means the instance of the same name: systemd.unit(5), "%i".
  if (parsed.kind === 'template' && parseUnitName(patched)?.kind !== 'template')
    throw templateIsNoUnit(parsed);
  const unit = transactions.load(requestedName);
  return { asked: requestedName, unit, why: `${viaAlias(requestedName, unit)}named by --follow` };
}

/** What firewalls have to come before: systemd.special(7). */
const STAND_IN = 'network-pre.target';

/** Stands in for a firewall where none is a unit: csf without one, a script of cron, an administrator. */
export function standIn(transactions: Transactions): Follow {
  return {
    asked: null,
    unit: transactions.load(STAND_IN),
    why: 'no unit is the firewall here',
    isStandIn: true,
  };
}

function viaAlias(name: string, unit: Unit): string {
  return unit.id === name ? '' : `the real name of ${name}; `;
}

/** What the system has instead of the template's candidates: followed if there is no doubt, and named otherwise. */
function otherFirewall(transactions: Transactions, template: Template, facts: Running): FirewallChoice {
  const off = turnedOff(transactions, template, facts);
  const found = firewallsFound(transactions, template, facts);
  const sure = sureFirewall(found);
  if (sure) return { follow: { asked: null, unit: sure.unit, why: sure.why } };
  if (found.length > 0)
    return { nobody: foundButNotChosen(found, transactions, template, off, facts.isLive ?? false) };
  return { nobody: noCandidate(transactions, template, off) };
}

function noCandidate(transactions: Transactions, template: Template, off: readonly string[]): UnitPatchError {
  const units = template.candidates.map((name) => {
    const unit = transactions.load(name);
    return { name, loadState: unit.loadState, canBeEnabled: canBeEnabled(unit) };
  });
  const states = units.map(
    ({ name, loadState }) => `${name} (${loadState === 'loaded' ? 'neither enabled nor active' : loadState})`,
  );
  const there = units.find(({ loadState }) => loadState === 'loaded');
  const named = `name the one that is meant: unit-patch ${template.name} --follow ${there?.name ?? 'UNIT'}`;
  return new UnitPatchError(
    'no-candidate',
    `this system uses none of the units that ${template.unit} may have to follow: ${[...states, ...off].join(', ')}`,
    EXIT.usage,
    `${there?.canBeEnabled ? `enable it (systemctl enable ${there.name}), or ` : ''}${named}${watched(template)}`,
  );
}

/** What needs no unit at all. */
function watched({ name, watch }: Template): string {
  return watch
    ? `; or have the rules watched, whatever removes them: unit-patch ${name} --relation watch`
    : '';
}

/** The firewalls whose unit is enabled although their own configuration turns them off. */
function turnedOff(transactions: Transactions, template: Template, facts: Pick<Facts, 'isActive'>): string[] {
  const { files } = transactions.loader;
  return template.noNeed
    .filter(
      (one) =>
        !isOn(files, one) &&
        whyUsed(transactions, template, transactions.load(one.unit), facts) !== undefined,
    )
    .map(({ unit, onlyIf }) => `${unit} (turned off: no ${onlyIf?.settings[0]} in ${onlyIf?.file})`);
}
