import { afterAll, expect, test } from '@jest/globals';
import { firewall, withFirewall } from '../../helpers/docker.js';
import { removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB, planFor } from '../plan-for.js';
import { box, testFinding } from './cases.js';
import {
  defaults,
  DOCKER_SAVED,
  nftables,
  NO_FLUSH,
  OWN_STOP,
  OWN_TABLE,
  persistent,
  service,
} from './firewalls.js';

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

const OWN_TABLES = { '/etc/docker/daemon.json': '{"firewall-backend":"nftables"}' };
const iptables = (start: string): Tree => ({
  ...OWN_TABLES,
  ...box({ [`${LIB}/iptables.service`]: service(`ExecStart=${start}`, 'ExecStop=/usr/bin/iptables -F') }),
});

// Measured with docker 29: its own nftables tables survive iptables -F and iptables-restore, but not nft flush ruleset.
testFinding('rules-survive', {
  'docker has tables of its own: iptables-restore': {
    tree: iptables('/usr/bin/iptables-restore /etc/iptables/iptables.rules'),
    level: 'info',
    says: '"firewall-backend": "nftables", /etc/docker/daemon.json',
  },
  'iptables-services': { tree: iptables('/usr/libexec/iptables/iptables.init start'), level: 'info' },
  'a script of that name that calls nft': {
    tree: {
      ...iptables('/usr/libexec/iptables/iptables.init start'),
      '/usr/libexec/iptables/iptables.init': '#!/bin/sh\nnft flush ruleset\n',
    },
    level: 'none',
  },
  'netfilter-persistent that flushes': { tree: persistent(OWN_TABLES), level: 'info' },
  'netfilter-persistent with a plugin for nft': {
    tree: persistent({
      ...OWN_TABLES,
      '/usr/share/netfilter-persistent/plugins.d/30-nft': '#!/bin/sh\n/usr/sbin/nft -f /etc/nft\n',
    }),
    level: 'none',
  },
  'ufw with MANAGE_BUILTINS=yes': {
    tree: {
      ...withFirewall('ufw.service', OWN_TABLES),
      '/etc/default/ufw': 'MANAGE_BUILTINS=yes\n',
    },
    follow: 'ufw.service',
    level: 'info',
  },
  'nft that flushes the tables of iptables': {
    tree: { ...nftables(`flush table ip filter\n${OWN_TABLE}`, OWN_STOP), ...OWN_TABLES },
    level: 'info',
  },
  'nft that flushes all': { tree: { ...nftables(FLUSH, OWN_STOP), ...OWN_TABLES }, level: 'none' },
  'nft that flushes the tables of docker': {
    tree: { ...nftables(`flush table ip docker-bridges\n${OWN_TABLE}`, OWN_STOP), ...OWN_TABLES },
    level: 'none',
  },
  'a program that is not known': { tree: { ...box(), ...OWN_TABLES }, level: 'none' },
  'docker has its rules in the tables of iptables': {
    tree: {
      ...iptables('/usr/bin/iptables-restore /x'),
      '/etc/docker/daemon.json': '{"firewall-backend":"iptables"}',
    },
    level: 'none',
  },
});

test('for rules in nftables tables of their own, only nft is a way past systemd that wipes them', () => {
  const { coverage } = planFor(iptables('/usr/bin/iptables-restore /etc/iptables/iptables.rules'));
  expect(coverage).toMatchObject([
    { event: 'restart', outcome: 'harmless' },
    { event: 'reload', outcome: 'not-applicable' },
    { event: 'stop-start', outcome: 'down' },
    { event: 'failed-start', outcome: 'down' },
    { event: 'outside-systemd', outcome: 'lost', text: 'no dependency sees nft flush ruleset' },
  ]);
});

testFinding('firewall-side-cure', {
  'none is needed where docker has tables of its own': { tree: persistent(OWN_TABLES), level: 'none' },
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
  'nft flushes all, and its stop does not': {
    tree: nftables(FLUSH, OWN_STOP),
    level: 'info',
    says: /\/etc\/nftables\.conf:1 flushes more[^]*delete only the tables that \/etc\/nftables\.conf makes/,
  },
  'the stop alone': {
    tree: nftables(OWN_TABLE),
    level: 'info',
    says: /as it does not now: ExecStop= \(\/usr\/lib\/systemd\/system\/nftables\.service:6\) flushes more/,
  },
  'a table that has the name of one of iptables': {
    tree: nftables('flush ruleset\ntable ip filter {\n}\n', OWN_STOP),
    level: 'info',
    says: 'none of which may have a name of iptables (ip filter, ip nat)',
  },
  'nft keeps to its own table': { tree: nftables(OWN_TABLE, OWN_STOP), level: 'none' },
  'what it includes is not known': { tree: nftables('flush ruleset\ninclude "/etc/x"\n'), level: 'none' },
  'none is known for another firewall': { tree: box(), level: 'none' },
});

const TWO = { ...nftables(FLUSH), ...persistent() };
const drop = (lines: string): Tree => ({ [`${ETC}/docker.service.d/10-nft.conf`]: `[Unit]\n${lines}\n` });

testFinding('second-firewall', {
  'both wipe: one is followed, the other is named': {
    tree: TWO,
    level: 'warn',
    says: /^nftables\.service is in use too \(enabled by .*\)[^]*unit-patch docker --follow nftables\.service/,
  },
  'the followed one was named, and leaves the rules alone': {
    tree: { ...nftables(FLUSH), ...persistent({ '/etc/iptables/rules.v4': '' }) },
    follow: 'netfilter-persistent.service',
    level: 'warn',
  },
  'docker follows it already': {
    tree: { ...TWO, ...drop('PartOf=nftables.service\nAfter=nftables.service') },
    level: 'none',
  },
  'in no order': { tree: { ...TWO, ...drop('PartOf=nftables.service') }, level: 'warn' },
  'it has docker restarted': {
    tree: {
      ...TWO,
      [`${ETC}/nftables.service.d/hook.conf`]:
        '[Service]\nExecStartPost=/bin/systemctl --no-block try-restart docker.service\n',
    },
    level: 'none',
  },
  'it touches its own table only': { tree: { ...TWO, ...nftables(OWN_TABLE, OWN_STOP) }, level: 'none' },
  'a mount or a database is followed, for another reason': {
    tree: { ...TWO, [`${LIB}/db.service`]: firewall() },
    follow: 'db.service',
    level: 'none',
  },
  'the followed one is a firewall by its name alone': {
    tree: { ...nftables(FLUSH), [`${LIB}/home-firewall.service`]: firewall() },
    follow: 'home-firewall.service',
    level: 'warn',
  },
  'it is not in use': {
    tree: persistent({ [`${LIB}/nftables.service`]: firewall() }),
    level: 'none',
  },
  'it is active': {
    tree: persistent({ [`${LIB}/nftables.service`]: firewall() }),
    facts: { isActive: (unit) => unit === 'nftables.service' },
    level: 'warn',
    says: 'sudo unit-patch',
  },
  'it conflicts with the followed one, which another finding is for': {
    tree: { ...TWO, [`${LIB}/nftables.service`]: firewall('Conflicts=netfilter-persistent.service') },
    relation: 'part-of',
    level: 'none',
  },
});

test('"nothing has to be followed" is not said while another firewall wipes', () => {
  const tree = { ...nftables(FLUSH), ...persistent({ '/etc/iptables/rules.v4': '' }) };
  const { findings } = planFor(tree, { follow: 'netfilter-persistent.service' });
  expect(findings.find(({ code }) => code === 'rules-survive')?.hint).toBe(
    'follow the one that does: unit-patch docker --follow nftables.service',
  );
});
