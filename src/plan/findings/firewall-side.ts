import type { Files } from '../../files/files.js';
import { programOf } from '../../firewalls/commands/prefixes.js';
import { restartsInBackground } from '../../firewalls/commands/unit-calls.js';
import { backendOf, effectsOf } from '../../firewalls/effects.js';
import { type FirewallInUse, firewallsInUse, isFirewall } from '../../firewalls/in-use.js';
import { DEFAULTS, loadings, stopFlushes } from '../../firewalls/netfilter-persistent.js';
import { nftCure } from '../../firewalls/nft-cure.js';
import { looksLikeFirewall } from '../../firewalls/unknown-firewall.js';
import type { Unit } from '../../units/unit.js';
import { type Finding, info, type Check, type CheckContext, warn } from './finding.js';
import { conflictBetween } from './rivals.js';

/** A firewall that leaves the rules of others alone has to be followed by nobody. */
export const rulesSurvive: Check = (context) => {
  const { template, unit, follow } = context;
  if (!isFirewallInSight(context) || !takesNothing(context)) return [];
  const [other] = otherWipers(context);
  return [
    info(
      'rules-survive',
      `a restart of ${follow.id} takes no rule from ${unit.id} as it is set up here: ${whyNothing(context)}`,
      other
        ? `follow the one that does: unit-patch ${template.name} --follow ${other.unit.id}`
        : `as long as that stays so, ${unit.id} has to follow nothing; unit-patch compare ${template.name} says more`,
    ),
  ];
};

/** Following one firewall does not help against a second one; who follows a mount or a database asks for neither. */
export const secondFirewall: Check = (context) => {
  const { files, template, unit, follow, planned, facts } = context;
  if (!isFirewall(files, template, follow) && !looksLikeFirewall(files, template, follow)) return [];
  return otherWipers(context)
    .filter((other) => !follows(planned.load(unit.id), planned.load(other.unit.id)))
    .map((other) =>
      warn(
        'second-firewall',
        `${other.unit.id} is in use too (${other.why}), and a restart of it wipes the rules of ${unit.id} as well`,
        `${facts.isLive ? 'sudo ' : ''}unit-patch ${template.name} --follow ${other.unit.id}`,
      ),
    );
};

/** The firewalls in use besides the followed one that wipe; of two that conflict only one can be in use. */
function otherWipers({
  template,
  unit,
  follow,
  withoutOurs: withoutOurs,
  facts,
}: CheckContext): FirewallInUse[] {
  if (facts.isExcerpt) return [];
  return [...firewallsInUse(withoutOurs, template, facts)].filter(
    (other) =>
      other.wipes &&
      other.unit.loadState === 'loaded' &&
      other.unit.id !== follow.id &&
      other.unit.id !== unit.id &&
      !conflictBetween(other.unit, follow),
  );
}

/** Whether a unit is restarted along with another one, and after it: by itself, or by a command of the other one. */
function follows(unit: Unit, other: Unit): boolean {
  const isOrdered = has(unit, ['After'], other.id) || has(other, ['Before'], unit.id);
  const isTied = has(unit, ['Requires', 'Requisite', 'BindsTo', 'PartOf'], other.id);
  const restarts = other.directives.some(
    ({ key, value }) => key === 'ExecStartPost' && restartsInBackground(value, unit.names),
  );
  return restarts || (isTied && isOrdered);
}

function has({ dependencies }: Unit, types: readonly string[], name: string): boolean {
  return dependencies.some(({ type, unit }) => types.includes(type) && unit === name);
}

/** Where the firewall itself can leave docker's rules alone, that is the better cure: it is named, not applied. */
export const firewallSideCure: Check = (context) => {
  if (!isFirewallInSight(context)) return [];
  const { files, template, unit, follow } = context;
  const { backend } = backendOf(files, template, unit);
  if (startsWith(context, 'netfilter-persistent'))
    return backend === 'iptables' ? persistentCure(files, unit.id, follow.id) : [];
  const cure = nftCure(files, follow, backend);
  if (!cure) return [];
  const text = `${follow.id} itself could leave the rules of ${unit.id} alone, as it does not now: ${cure.flushes}`;
  return [info('firewall-side-cure', text, cure.instead)];
};

/** Only of a firewall it is known what it takes away, and only its files say it. */
function isFirewallInSight({ files, template, follow, facts }: CheckContext): boolean {
  return follow.loadState === 'loaded' && !facts.isExcerpt && isFirewall(files, template, follow);
}

function takesNothing({ files, template, unit, follow }: CheckContext): boolean {
  const { restart, reload } = effectsOf(files, template, unit, follow);
  return restart === 'keeps' && reload !== 'wipes';
}

function whyNothing(context: CheckContext): string {
  const { files, template, unit, follow } = context;
  const known = template.noNeed.find((one) => one.unit === follow.id);
  const { saidBy } = backendOf(files, template, unit);
  if (saidBy !== undefined)
    return `${unit.id} keeps its rules in nftables tables of its own ("firewall-backend": "nftables", ${saidBy}), and ${follow.id} touches none of these`;
  if (known) return known.why;
  if (!startsWith(context, 'netfilter-persistent'))
    return 'what it loads, and its stop, touch its own rules only';
  return loadings(files)
    .map(({ rules, setting, state }) =>
      state === 'empty' ? `nothing to load in ${rules}` : `${setting}=yes (${DEFAULTS})`,
    )
    .join(', ');
}

function startsWith({ follow }: CheckContext, program: string): boolean {
  return follow.directives.some(({ key, value }) => key === 'ExecStart' && programOf(value) === program);
}

function persistentCure(files: Files, unit: string, follow: string): Finding[] {
  const all = loadings(files);
  if (all.some(({ state }) => state === 'unknown')) return [];
  const settings = [
    ...all.filter(({ state }) => state === 'flushes').map(({ setting }) => `${setting}=yes`),
    ...(stopFlushes(files) ? ['FLUSH_ON_STOP=0'] : []),
  ];
  const saved = all.filter(({ savesDocker }) => savesDocker).map(({ rules }) => rules);
  if (settings.length === 0 && saved.length === 0) return [];
  const say = settings.length > 0 ? [`${settings.join(' and ')} in ${DEFAULTS}`] : [];
  const take = saved.map((rules) => `${rules} without the rules of docker that were saved in it`);
  return [
    info(
      'firewall-side-cure',
      `${follow} itself could leave the rules of ${unit} alone, as it does not now: ${[...say, ...take].join(', and ')}`,
      'the price: each restart adds its own rules once more; and after netfilter-persistent save while docker runs, ' +
        'containers started later lose their ports at the next restart',
    ),
  ];
}
