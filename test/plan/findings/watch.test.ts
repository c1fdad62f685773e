import { afterAll, expect, test } from '@jest/globals';
import { runChecks } from '../../../src/plan/findings/index.js';
import { docker, enabled, firewall, systemctl, WATCH, watchTools } from '../../helpers/docker.js';
import { addTo, directory, link, makeRoot, readFrom, removeTrees, type Tree } from '../../helpers/tree.js';
import { applied } from '../hooks.js';
import { ETC, found, LIB, planFor } from '../plan-for.js';
import { box, type Case, testFinding } from './cases.js';

afterAll(removeTrees);

/** The same cases for the relation watch, in a root that has its programs. */
const watched = (cases: Readonly<Record<string, Case>>): Record<string, Case> =>
  Object.fromEntries(
    Object.entries(cases).map(([name, one]) => [
      name,
      { relation: 'watch', ...one, tree: { ...watchTools, ...box(), ...one.tree } },
    ]),
  );

const os = (id: string): Tree => ({ '/etc/os-release': `ID=${id}\n` });
const nft: Tree = {
  '/usr/sbin/iptables': link('xtables-nft-multi'),
  '/usr/sbin/xtables-nft-multi': '',
};

testFinding(
  'watch-needs-tools',
  watched({
    'all programs are there': { tree: {}, level: 'none' },
    'without the docker client nothing can be asked': {
      tree: { '/usr/bin/docker': directory },
      level: 'refuse',
      says: 'the watch needs docker in ',
    },
    'a program outside the PATH of the script does not count': {
      tree: { '/usr/bin/docker': directory, '/usr/local/bin/docker': '' },
      level: 'refuse',
    },
    'iptables over nftables says what it does through xtables-monitor': {
      tree: nft,
      level: 'refuse',
      says: 'xtables-monitor',
    },
    'which comes with it': { tree: { ...nft, '/usr/sbin/xtables-monitor': '' }, level: 'none' },
    'iptables over the old tables is looked at now and then': {
      tree: { '/usr/sbin/iptables': link('xtables-legacy-multi'), '/usr/sbin/xtables-legacy-multi': '' },
      level: 'none',
    },
    'an iptables before 1.6.2 cannot wait for its lock while it restores': {
      tree: { '/usr/lib/x86_64-linux-gnu/libxtables.so.11': '' },
      level: 'refuse',
      says: 'older than 1.6.2',
    },
    'the library of 1.6.2': { tree: { '/usr/lib/x86_64-linux-gnu/libxtables.so.12': '' }, level: 'none' },
    'NixOS has its programs elsewhere': { tree: os('nixos'), level: 'refuse', says: 'configuration.nix' },
    'Alpine has no systemd': { tree: os('alpine'), level: 'refuse' },
    'Debian has': { tree: os('debian'), level: 'none' },
  }),
);

testFinding('watch-needs-tools', {
  'a copy of some files holds no programs at all': { tree: box(), relation: 'watch', level: 'warn' },
  'no other relation needs them': { tree: box({ '/usr/bin/sh': '' }), level: 'none' },
});

const daemon = (text: string): Tree => ({ '/etc/docker/daemon.json': text });

testFinding(
  'watch-needs-iptables',
  watched({
    'Docker writes no rules': {
      tree: daemon('{"iptables": false}'),
      follow: 'iptables.service',
      level: 'refuse',
    },
    'Docker has tables of its own': { tree: daemon('{"firewall-backend": "nftables"}'), level: 'refuse' },
    'Docker writes rules of iptables': { tree: daemon('{"iptables": true}'), level: 'none' },
  }),
);

testFinding(
  'watch-swarm',
  watched({
    'a node of a swarm': { tree: { '/var/lib/docker/swarm/docker-state.json': '{}' }, level: 'refuse' },
    'a node with another data-root': {
      tree: {
        '/etc/docker/daemon.json': '{"data-root": "/srv/docker"}',
        '/srv/docker/swarm/docker-state.json': '{}',
      },
      level: 'refuse',
    },
    'a machine that has left it': { tree: { '/var/lib/docker/swarm': directory }, level: 'none' },
  }),
);

const ufw: Tree = {
  [`${ETC}/multi-user.target.wants/iptables.service`]: directory,
  [`${LIB}/ufw.service`]: firewall(),
  ...enabled('ufw.service'),
  '/etc/ufw/ufw.conf': 'ENABLED=yes\n',
};

testFinding(
  'watch-idle',
  watched({
    'ufw leaves the rules alone': { tree: ufw, level: 'info', says: 'iptables -F' },
    'unless it removes those of others': {
      tree: { ...ufw, '/etc/default/ufw': 'MANAGE_BUILTINS=yes\n' },
      level: 'none',
    },
    'a firewall that removes them': { tree: {}, level: 'none' },
  }),
);

test('watch-with-hook: a hook on another firewall restarts Docker all the same', () => {
  const two = box({
    ...systemctl,
    ...watchTools,
    [`${LIB}/nftables.service`]: firewall(),
    ...enabled('nftables.service'),
  });
  const root = makeRoot(two);
  applied(root, { relation: 'hook', follow: 'nftables.service' });
  const watch = { relation: 'watch', follow: 'iptables.service' } as const;
  expect(found(planFor(root, watch), 'watch-with-hook')).toMatchObject([{ level: 'warn' }]);
  expect(found(planFor(makeRoot(two), watch), 'watch-with-hook')).toEqual([]);
});

test('watch-inactive: says why, and what starts it', () => {
  const why = 'docker-rules.service is failed (exit-code, status 1)';
  expect(runChecks('inactive', { why, service: 'docker-rules.service' })).toMatchObject([
    {
      code: 'watch-inactive',
      text: expect.stringContaining(why),
      hint: expect.stringContaining('systemctl start docker-rules.service'),
    },
  ]);
});

testFinding(
  'name-taken',
  watched({
    'a script of somebody else': {
      tree: { [WATCH.script]: '#!/bin/sh\n' },
      level: 'refuse',
      says: WATCH.script,
    },
    'a service of somebody else': { tree: { [WATCH.service]: '[Service]\n' }, level: 'refuse' },
    'a masked service': { tree: { [WATCH.service]: link('/dev/null') }, level: 'refuse' },
    'a package that brings a unit of that name': {
      tree: { [`${LIB}/docker-rules.service`]: docker() },
      level: 'refuse',
      says: `${LIB}/docker-rules.service`,
    },
    'a drop-in of somebody else on docker': {
      tree: { [`${ETC}/docker.service.d/mine.conf`]: '[Unit]\n' },
      level: 'none',
    },
  }),
);

testFinding(
  'read-only-tree',
  watched({
    'an ostree system whose /usr/local is a part of /usr': {
      tree: { '/run/ostree-booted': '' },
      level: 'refuse',
    },
    'one whose /usr/local leads to /var': {
      tree: { '/run/ostree-booted': '', '/usr/local': link('/var/usrlocal'), '/var/usrlocal': directory },
      level: 'none',
    },
  }),
);

test('edited: a script that somebody has edited is not replaced', () => {
  const root = makeRoot({ ...box(), ...watchTools });
  applied(root, { relation: 'watch' });
  const before = makeRoot({ ...box(), ...watchTools });
  applied(before, { relation: 'watch' });
  editScript(root);
  for (const relation of ['watch', 'requires'] as const) {
    expect(found(planFor(root, { relation }), 'edited')).toMatchObject([{ level: 'refuse' }]);
    expect(found(planFor(before, { relation }), 'edited')).toEqual([]);
  }
  expect(planFor(root, { relation: 'watch', force: ['edited'] }).changes.map(({ path }) => path)).toEqual([
    WATCH.script,
  ]);
});

/** Adds a line to the script, as an administrator might. */
function editScript(root: string): void {
  addTo(root, { [WATCH.script]: `${readFrom(root, WATCH.script)}# mine\n` });
}
