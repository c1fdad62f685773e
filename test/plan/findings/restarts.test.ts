import { afterAll } from '@jest/globals';
import { docker } from '../../helpers/docker.js';
import { removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';
import { service } from './firewalls.js';

afterAll(removeTrees);

const limited = (unit: string, service = ''): Tree =>
  box({ [`${LIB}/docker.service`]: docker(unit) + service });

testFinding('start-limit', {
  'the unit has a limit of its own': {
    tree: limited('StartLimitBurst=3\nStartLimitIntervalSec=60'),
    level: 'warn',
    says: `more than 3 restarts of iptables.service in 60s leave docker.service failed (${LIB}/docker.service:3)`,
  },
  'in [Service], and by the old name, as docker has it': {
    tree: limited('', 'StartLimitBurst=3\nStartLimitInterval=60s\n'),
    level: 'warn',
    says: 'more than 3 restarts of iptables.service in 60s',
  },
  'the limit was taken away': {
    tree: {
      ...limited('', 'StartLimitBurst=3\nStartLimitInterval=60s\n'),
      [`${ETC}/docker.service.d/90.conf`]: '[Unit]\nStartLimitIntervalSec=0\n',
    },
    level: 'none',
  },
  'no limit of its own': { tree: box(), level: 'none' },
});

const reloading = (command: string, more: Tree = {}): Tree =>
  box({
    [`${ETC}/iptables.service.d/reload.conf`]: `[Service]\nExecReload=${command}\n`,
    ...more,
  });
const nft = '/usr/sbin/nft -f /etc/nftables.conf';

testFinding('reload-not-covered', {
  'no ExecReload=': { tree: box(), level: 'none' },
  'a script that may do anything': { tree: reloading('/usr/libexec/iptables.init reload'), level: 'info' },
  'iptables-restore flushes first': { tree: reloading('/sbin/iptables-restore /etc/rules'), level: 'info' },
  'iptables-restore that does not': {
    tree: reloading('/sbin/iptables-restore -n /etc/rules'),
    level: 'none',
  },
  'a ruleset that flushes everything': {
    tree: reloading(nft, { '/etc/nftables.conf': '#!/usr/sbin/nft -f\nflush ruleset\ntable inet f {}\n' }),
    level: 'info',
  },
  'a ruleset that touches its own table only': {
    tree: reloading(nft, {
      '/etc/nftables.conf': '# no flush ruleset here\ntable inet f\nflush table inet f\n',
    }),
    level: 'none',
  },
  'a ruleset that is not there': { tree: reloading(nft), level: 'info' },
  'a ruleset that includes others': {
    tree: reloading(nft, { '/etc/nftables.conf': 'include "/etc/nft/*.nft"\n' }),
    level: 'info',
  },
});

const SOFT = [{ relation: 'wants' }, { relation: 'order' }] as const;

testFinding('rules-stay-gone', {
  ...Object.fromEntries(
    SOFT.map((asked) => [
      `${asked.relation} restarts nothing`,
      { tree: box(), ...asked, level: 'warn', says: 'use --relation requires' },
    ]),
  ),
  'a firewall that leaves the rules alone': {
    tree: box({
      [`${LIB}/nftables.service`]: service('ExecStart=/usr/sbin/nft -f /etc/own.nft'),
      '/etc/own.nft': 'table inet f\nflush table inet f\n',
    }),
    follow: 'nftables.service',
    relation: 'order',
    level: 'none',
  },
  'a database has no rules': {
    tree: box({ [`${LIB}/db.service`]: service('ExecStart=/usr/bin/db') }),
    follow: 'db.service',
    relation: 'order',
    level: 'none',
  },
});
