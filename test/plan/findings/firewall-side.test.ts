import { afterAll } from '@jest/globals';
import { removeTrees } from '../../helpers/tree.js';
import { box, testFinding } from './cases.js';
import { defaults, DOCKER_SAVED, NO_FLUSH, nftables, OWN_STOP, OWN_TABLE, persistent } from './firewalls.js';

afterAll(removeTrees);

const FLUSH = `flush ruleset\n${OWN_TABLE}`;
const V6 = { '/etc/iptables/rules.v6': '*filter\nCOMMIT\n' };

testFinding('rules-survive', {
  'netfilter-persistent does not flush': {
    tree: defaults(NO_FLUSH),
    level: 'info',
    says: 'IPTABLES_RESTORE_NOFLUSH=yes (/etc/default/netfilter-persistent), nothing to load in /etc/iptables/rules.v6',
  },
  'it has nothing to load': { tree: persistent({ '/etc/iptables/rules.v4': '' }), level: 'info' },
  'it flushes': { tree: persistent(), level: 'none' },
  'it flushes when it stops': { tree: defaults(`${NO_FLUSH}FLUSH_ON_STOP=1\n`), level: 'none' },
  'the rules of docker were saved with its own': { tree: defaults(NO_FLUSH, DOCKER_SAVED), level: 'none' },
  'nft touches its own table only': { tree: nftables(OWN_TABLE, OWN_STOP), level: 'info' },
  'its stop flushes all': { tree: nftables(OWN_TABLE), level: 'none' },
  'what it includes is not known': { tree: nftables('include "/etc/x"\n', OWN_STOP), level: 'none' },
  'what its program does is not known': { tree: box(), level: 'none' },
});

testFinding('firewall-side-cure', {
  'netfilter-persistent has a setting': {
    tree: persistent(),
    level: 'info',
    says: 'IPTABLES_RESTORE_NOFLUSH=yes in /etc/default/netfilter-persistent',
  },
  'for IPv6, too': {
    tree: defaults(NO_FLUSH, V6),
    level: 'info',
    says: /as it does not now: IP6TABLES_RESTORE_NOFLUSH=yes in/,
  },
  'which is no use while the rules of docker are saved with its own': {
    tree: defaults(NO_FLUSH, DOCKER_SAVED),
    level: 'info',
    says: '/etc/iptables/rules.v4 without the rules of docker',
  },
  'nor where it flushes when it stops': {
    tree: defaults(`${NO_FLUSH}FLUSH_ON_STOP=1\n`),
    level: 'info',
    says: 'FLUSH_ON_STOP=0',
  },
  'it is set already': { tree: defaults(NO_FLUSH), level: 'none' },
  'a plugin of old does not know it': {
    tree: persistent({ '/usr/share/netfilter-persistent/plugins.d/15-ip4tables': 'iptables-restore\n' }),
    level: 'none',
  },
  'nft flushes all: the line, and its stop': {
    tree: nftables(FLUSH),
    level: 'info',
    says: /\/etc\/nftables\.conf:1 and ExecStop= \(\/usr\/lib\/systemd\/system\/nftables\.service:6\) flush more/,
  },
  'what to say in the place of the line': {
    tree: nftables(FLUSH, OWN_STOP),
    level: 'info',
    says: 'in /etc/nftables.conf say "table inet filter; delete table inet filter" in the place of line 1',
  },
  'the stop alone': {
    tree: nftables(OWN_TABLE),
    level: 'info',
    says: /^in a drop-in of nftables\.service, under \[Service\]: ExecStop= and ExecStop=\/usr\/sbin\/nft delete table inet filter$/m,
  },
  'a table that has the name of one of iptables': {
    tree: nftables('flush ruleset\ntable ip filter {\n}\n', OWN_STOP),
    level: 'info',
    says: 'once table ip filter has a name that iptables does not use',
  },
  'nft keeps to its own table': { tree: nftables(OWN_TABLE, OWN_STOP), level: 'none' },
  'what it includes is not known': { tree: nftables('flush ruleset\ninclude "/etc/x"\n'), level: 'none' },
  'none is known for another firewall': { tree: box(), level: 'none' },
});
