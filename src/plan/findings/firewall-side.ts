import type { Files } from '../../files/files.js';
import { readText } from '../../files/read-text.js';
import { programOf } from '../../firewalls/commands/prefixes.js';
import { backendOf } from '../../firewalls/effects.js';
import { type Backend, flushesOthers, includesOthers, nftFiles } from '../../firewalls/flush.js';
import { isFirewall } from '../../firewalls/in-use.js';
import { DEFAULTS, loadings, stopFlushes } from '../../firewalls/netfilter-persistent.js';
import type { Check, CheckContext } from './check.js';
import { info, type Report } from './finding.js';

/** If the firewall itself can leave docker's rules alone, that is the better cure: it is named, not applied. */
export const firewallSideCure: Check = {
  code: 'firewall-side-cure',
  level: 'info',
  docs: {
    title: 'the firewall itself could be changed',
    meaning: "The firewall itself could leave Docker's rules alone.",
    wayOut: 'Change the setting or the lines that are named, by hand.',
  },
  run: { follow: cureOf },
};

function cureOf(context: CheckContext): Report[] {
  if (!isFirewallInSight(context)) return [];
  const { files, template, unit, follow } = context;
  const { backend } = backendOf(files, template, unit);
  if (!startsWith(context, 'netfilter-persistent')) return nftCure(context, backend);
  return backend === 'iptables' ? persistentCure(files, unit.id, follow.id) : [];
}

/** Only for a firewall it is known which rules it removes, and only its files show it. */
export function isFirewallInSight({ files, template, follow }: CheckContext): boolean {
  return follow.loadState === 'loaded' && isFirewall(files, template, follow);
}

/** Whether a program of this name starts the followed unit. */
export function startsWith({ follow }: CheckContext, program: string): boolean {
  return follow.directives.some(({ key, value }) => key === 'ExecStart' && programOf(value) === program);
}

function persistentCure(files: Files, unit: string, follow: string): Report[] {
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
      `${follow} itself could leave the rules of ${unit} alone, as it does not now: ${[...say, ...take].join(', and ')}`,
      'the price: each restart adds its own rules once more; and after netfilter-persistent save while docker runs, ' +
        'containers started later lose their ports at the next restart',
    ),
  ];
}

/** An nft script can keep to the tables that it makes, and so can its stop. */
function nftCure({ files, unit, follow }: CheckContext, backend: Backend): Report[] {
  const commands = follow.directives.filter(
    ({ section, key, value }) =>
      section === 'Service' && key.startsWith('Exec') && programOf(value) === 'nft',
  );
  const start = commands.find(({ key }) => key === 'ExecStart');
  const [path] = start ? nftFiles(start.value) : [];
  const read = path === undefined ? undefined : readText(files, path);
  if (path === undefined || typeof read !== 'object' || includesOthers(read.text)) return [];
  const line = read.text.split('\n').findIndex((one) => flushesOthers(one, backend)) + 1;
  const places = [
    ...(line > 0 ? [`${path}:${line}`] : []),
    ...commands
      .filter(({ value }) => flushesOthers(value, backend))
      .map((command) => `${command.key}= (${command.file}:${command.line})`),
  ];
  if (places.length === 0) return [];
  const flush = places.length === 1 ? 'flushes' : 'flush';
  return [
    info(
      `${follow.id} itself could leave the rules of ${unit.id} alone, as it does not now: ${places.join(' and ')} ${flush} more than its own`,
      `have it delete only the tables that ${path} makes, none of which may have a name of iptables (ip filter, ip nat)`,
    ),
  ];
}
