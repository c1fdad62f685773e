import type { Files } from '../system/files.js';
import { assigned } from './assigned.js';
import { readText } from './read-text.js';

/** Where netfilter-persistent(8) is configured, and its plugins too. */
export const DEFAULTS = '/etc/default/netfilter-persistent';

/** What a plugin does to the rules of one IP version when it loads its own. */
export interface Loading {
  readonly setting: string;
  readonly rules: string;
  /** `own-saved`: they stay, but for docker's, which were saved along with the firewall's own */
  readonly state: 'flushes' | 'empty' | 'no-flush' | 'own-saved' | 'unknown';
}

const PLUGINS = [
  { setting: 'IPTABLES_RESTORE_NOFLUSH', rules: '/etc/iptables/rules.v4', plugin: '15-ip4tables' },
  { setting: 'IP6TABLES_RESTORE_NOFLUSH', rules: '/etc/iptables/rules.v6', plugin: '25-ip6tables' },
] as const;

/** What loading does, by IP version: as the plugins of the package iptables-persistent are written. */
export function loadings(files: Files): Loading[] {
  const defaults = textOf(files, DEFAULTS) ?? '';
  return PLUGINS.map(({ setting, rules, plugin }) => {
    const script = textOf(files, `/usr/share/netfilter-persistent/plugins.d/${plugin}`);
    const read = readText(files, rules);
    // Without the plugin it is not known who loads what.
    if (script === undefined || read === 'unreadable') return { setting, rules, state: 'unknown' };
    if (read === undefined || !/^\*/m.test(read.text)) return { setting, rules, state: 'empty' };
    // Plugins of old do not know the setting.
    if (!script.includes(setting)) return { setting, rules, state: 'unknown' };
    if (assigned(defaults, setting) !== 'yes') return { setting, rules, state: 'flushes' };
    // iptables-restore(8) empties the chains that its input names, --noflush or not.
    return { setting, rules, state: /^:DOCKER/m.test(read.text) ? 'own-saved' : 'no-flush' };
  });
}

/** Whether a call of netfilter-persistent may take away rules that others wrote. */
export function callMayFlush(action: string | undefined, files: Files): boolean {
  if (action === 'save') return false;
  // A text that is no number is not above 0 either: test(1) fails on it.
  if (action === 'stop') return Number(assigned(textOf(files, DEFAULTS) ?? '', 'FLUSH_ON_STOP') ?? 0) > 0;
  if (action !== 'start' && action !== 'restart' && action !== 'reload') return true;
  return !loadings(files).every(({ state }) => state === 'empty' || state === 'no-flush');
}

function textOf(files: Files, path: string): string | undefined {
  const read = readText(files, path);
  return typeof read === 'object' ? read.text : undefined;
}
