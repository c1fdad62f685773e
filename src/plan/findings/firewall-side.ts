import type { Files } from '../../system/files.js';
import { programOf } from '../command-words.js';
import { backendOf, effectsOf } from '../firewall-effects.js';
import { DEFAULTS, loadings, stopFlushes } from '../netfilter-persistent.js';
import { nftCure } from '../nft-cure.js';
import { info, type Finding } from './finding.js';
import type { Look, Situation } from './situation.js';

/** A firewall that leaves the rules of others alone has to be followed by nobody. */
export const rulesSurvive: Look = (situation) => {
  const { template, unit, follow } = situation;
  if (!isFirewallInSight(situation) || !takesNothing(situation)) return [];
  return [
    info(
      'rules-survive',
      `a restart of ${follow.id} takes no rule from ${unit.id} as it is set up here: ${whyNothing(situation)}`,
      `as long as that stays so, ${unit.id} has to follow nothing; unit-patch compare ${template.name} says more`,
    ),
  ];
};

/** Where the firewall itself can leave docker's rules alone, that is the better cure: it is named, not applied. */
export const firewallSideCure: Look = (situation) => {
  if (!isFirewallInSight(situation)) return [];
  const { files, template, unit, follow } = situation;
  const { backend } = backendOf(files, template, unit);
  if (startsWith(situation, 'netfilter-persistent'))
    return backend === 'iptables' ? persistentCure(files, unit.id, follow.id) : [];
  const cure = nftCure(files, follow, backend);
  if (!cure) return [];
  const text = `${follow.id} itself could leave the rules of ${unit.id} alone, as it does not now: ${cure.flushes}`;
  return [info('firewall-side-cure', text, cure.instead)];
};

/** Only of a firewall it is known what it takes away, and only its files say it. */
function isFirewallInSight({ template, follow, facts }: Situation): boolean {
  return template.candidates.length > 0 && follow.loadState === 'loaded' && !facts.isExcerpt;
}

function takesNothing({ files, template, unit, follow }: Situation): boolean {
  const { restart, reload } = effectsOf(files, template, unit, follow);
  return restart === 'keeps' && reload !== 'wipes';
}

function whyNothing(situation: Situation): string {
  const { files, template, unit, follow } = situation;
  const known = template.noNeed.find((one) => one.unit === follow.id);
  const { saidBy } = backendOf(files, template, unit);
  if (saidBy !== undefined)
    return `${unit.id} keeps its rules in nftables tables of its own ("firewall-backend": "nftables", ${saidBy}), and ${follow.id} touches none of these`;
  if (known) return known.why;
  if (!startsWith(situation, 'netfilter-persistent'))
    return 'what it loads, and its stop, touch its own rules only';
  return loadings(files)
    .map(({ rules, setting, state }) =>
      state === 'empty' ? `nothing to load in ${rules}` : `${setting}=yes (${DEFAULTS})`,
    )
    .join(', ');
}

function startsWith({ follow }: Situation, program: string): boolean {
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
