import { withFirewall } from '../../helpers/docker.js';
import type { Tree } from '../../helpers/tree.js';
import { LIB } from '../plan-for.js';

/** A firewall's unit as most are: a oneshot that stays. */
export const service = (...lines: string[]): string =>
  ['[Service]', 'Type=oneshot', 'RemainAfterExit=yes', ...lines, ''].join('\n');

const PLUGINS = '/usr/share/netfilter-persistent/plugins.d';

/** Debian's netfilter-persistent, with rules to load, and other files. */
export const persistent = (more: Tree = {}): Tree =>
  withFirewall('netfilter-persistent.service', {
    [`${LIB}/netfilter-persistent.service`]: service(
      'ExecStart=/usr/sbin/netfilter-persistent start',
      'ExecStop=/usr/sbin/netfilter-persistent stop',
    ),
    [`${PLUGINS}/15-ip4tables`]: 'if [ "${IPTABLES_RESTORE_NOFLUSH}x" = "yesx" ]\n',
    [`${PLUGINS}/25-ip6tables`]: 'if [ "${IP6TABLES_RESTORE_NOFLUSH}x" = "yesx" ]\n',
    '/etc/iptables/rules.v4': '*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n',
    ...more,
  });

/** The same with what /etc/default/netfilter-persistent says. */
export const defaults = (text: string, more: Tree = {}): Tree =>
  persistent({ '/etc/default/netfilter-persistent': text, ...more });

export const NO_FLUSH = 'IPTABLES_RESTORE_NOFLUSH=yes\n';
export const DOCKER_SAVED = { '/etc/iptables/rules.v4': '*nat\n:DOCKER - [0:0]\nCOMMIT\n' };

/** nftables.service as Debian has it, with what its file says, and how it stops. */
export const nftables = (script: string, stop = 'ExecStop=/usr/sbin/nft flush ruleset'): Tree =>
  withFirewall('nftables.service', {
    [`${LIB}/nftables.service`]: service(
      'ExecStart=/usr/sbin/nft -f /etc/nftables.conf',
      'ExecReload=/usr/sbin/nft -f /etc/nftables.conf',
      stop,
    ),
    '/etc/nftables.conf': script,
  });

/** A script that keeps to its own table; nft(8) took it twice, with others' tables left as they were. */
export const OWN_TABLE = 'table inet filter\ndelete table inet filter\ntable inet filter {\n}\n';
export const OWN_STOP = 'ExecStop=/usr/sbin/nft delete table inet filter';
