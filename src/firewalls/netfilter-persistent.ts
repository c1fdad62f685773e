import { type Files, inDirectory, rootPath } from '../files/files.js';
import { assigned, readText } from '../files/read-text.js';

/** Where netfilter-persistent(8) is configured, and its plugins too. */
export const DEFAULTS = '/etc/default/netfilter-persistent';

const PLUGINS_DIRECTORY = rootPath('/usr/share/netfilter-persistent/plugins.d');

/** What a plugin does to the rules of one IP version when it loads its own. */
export interface LoadedRules {
  /** what keeps it from flushing */
  readonly setting: string;
  readonly rules: string;
  readonly state: 'flushes' | 'no-flush' | 'empty' | 'unknown';
  /**
   * whether docker's own rules were saved among the firewall's: iptables-restore(8) empties every chain that its
   * input names, --noflush or not
   */
  readonly savesDocker: boolean;
}

const PLUGINS = [
  { setting: 'IPTABLES_RESTORE_NOFLUSH', rules: '/etc/iptables/rules.v4', plugin: '15-ip4tables' },
  { setting: 'IP6TABLES_RESTORE_NOFLUSH', rules: '/etc/iptables/rules.v6', plugin: '25-ip6tables' },
] as const;

/** The effect of loading, by IP version, in the plugins of the package iptables-persistent. */
export function loadings(files: Files): LoadedRules[] {
  const defaults = textOf(files, DEFAULTS) ?? '';
  return PLUGINS.map(({ setting, rules, plugin }) => {
    const script = textOf(files, inDirectory(PLUGINS_DIRECTORY, plugin));
    const read = readText(files, rules);
    const text = typeof read === 'object' ? read.text : '';
    const state = (): LoadedRules['state'] => {
      // Without the plugin it is not known which rules are loaded.
      if (script === undefined || read === 'unreadable') return 'unknown';
      if (!/^\*/m.test(text)) return 'empty';
      // Old plugins do not know the setting.
      if (!script.includes(setting)) return 'unknown';
      return assigned(defaults, setting) === 'yes' ? 'no-flush' : 'flushes';
    };
    return { setting, rules, state: state(), savesDocker: /^:DOCKER/m.test(text) };
  });
}

/** The plugins that each call runs, one after the other. */
export function pluginsIn(files: Files): string[] {
  try {
    const names = files.list(PLUGINS_DIRECTORY)?.names() ?? [];
    return names.map((name) => inDirectory(PLUGINS_DIRECTORY, name));
  } catch {
    return [];
  }
}

/** Whether a stop flushes. */
export function stopFlushes(files: Files): boolean {
  // A text that is not a number is not above 0 either: test(1) fails on it.
  return Number(assigned(textOf(files, DEFAULTS) ?? '', 'FLUSH_ON_STOP') ?? 0) > 0;
}

/** Whether a call of netfilter-persistent may remove rules that others wrote. */
export function callMayFlush(action: string | undefined, files: Files): boolean {
  if (action === 'save') return false;
  if (action === 'stop') return stopFlushes(files);
  if (action !== 'start' && action !== 'restart' && action !== 'reload') return true;
  return !loadings(files).every(
    ({ state, savesDocker }) => state === 'empty' || (state === 'no-flush' && !savesDocker),
  );
}

function textOf(files: Files, path: string): string | undefined {
  const read = readText(files, path);
  return typeof read === 'object' ? read.text : undefined;
}
