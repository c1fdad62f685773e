import { afterAll, describe, expect, test } from '@jest/globals';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import { isFirewall } from '../../src/firewalls/in-use.js';
import { loadUnit } from '../../src/units/loader.js';
import { docker, enabled, OURS, systemctl } from '../helpers/docker.js';
import { makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { defaults, NO_FLUSH, service } from '../plan/findings/firewalls.js';
import { ETC, found, LIB, planFor } from '../plan/plan-for.js';

afterAll(removeTrees);

const box = (name: string, unit: string, more: Tree = {}): Tree => ({
  ...systemctl,
  [`${LIB}/docker.service`]: docker(),
  [`${LIB}/${name}`]: unit,
  ...enabled(name),
  ...more,
});

function isOne(name: string, unit: string, more: Tree = {}, template = 'docker'): boolean {
  const files = openRoot(makeRoot(box(name, unit, more)));
  return isFirewall(files, findTemplate(template), loadUnit(files, name));
}

describe('a unit is a firewall', () => {
  test.each(['iptables.service', 'ip6tables.service', 'shorewall.service', 'ufw.service', 'csf.service'])(
    'by its name: %s',
    (name) => {
      expect(isOne(name, service('ExecStart=/bin/x'))).toBe(true);
    },
  );

  test.each([
    'ExecStart=/usr/sbin/iptables-restore /etc/iptables.rules',
    'ExecStart=-/sbin/iptables-legacy-restore /etc/iptables.rules',
    'ExecStop=/usr/sbin/iptables -t nat -F',
    'ExecStart=/sbin/iptables --flush FORWARD',
    'ExecStart=/bin/sh -c "iptables -F && iptables -A INPUT -j DROP"',
    'ExecStart=/usr/sbin/nft flush ruleset',
    'ExecReload=/usr/sbin/nft -f /etc/all.nft',
    'ExecStart=/usr/libexec/iptables/iptables.init start',
    'ExecStart=/etc/firewall.sh',
    'ExecStart=/bin/bash -e /etc/firewall.sh',
    'ExecStart=/etc/firewall.nft',
    'ExecStart=/bin/sh -c "exec /etc/firewall.nft"',
    'ExecStart=/usr/sbin/nft "add table ip x; flush ruleset"',
    'ExecStart=/etc/calls.sh start',
  ])('by its commands: %s', (line) => {
    const files = {
      '/etc/all.nft': 'flush ruleset\n',
      '/etc/firewall.sh': '#!/bin/bash\nIPTABLES=/sbin/iptables\n# clean\n$IPTABLES -F\n',
      '/etc/firewall.nft': '#!/usr/sbin/nft -f\nflush ruleset\n',
      '/etc/calls.sh':
        '#!/bin/sh\nclear() { for t in nat filter; do sudo "${IPT}" -t $t -F 2>&1; done; }\ncase "$1" in start) clear;; esac\n',
    };
    expect(isOne('wall.service', service(line), files)).toBe(true);
  });

  test.each([
    ['a database', 'ExecStart=/usr/bin/postgres'],
    ['tailscaled', 'ExecStart=/usr/sbin/tailscaled --state=/x'],
    ['it adds rules only', 'ExecStart=/sbin/iptables -I DOCKER-USER -j DROP'],
    ['it flushes a chain of its own', 'ExecStop=/sbin/iptables -F MINE'],
    ['it loads without flushing', 'ExecStart=/sbin/iptables-restore --noflush /etc/x'],
    ['its table is its own', 'ExecStart=/usr/sbin/nft -f /etc/own.nft'],
    ['it talks of it', 'ExecStart=/bin/echo iptables -F'],
    ['its script talks of it, on more than one line', 'ExecStart=/etc/usage.sh'],
    ['its script does so when it is told something else', 'ExecStart=/etc/usage.sh start'],
    ['its script does so in a comment', 'ExecStart=/etc/comment.sh'],
    ['its program is no script', 'ExecStart=/etc/binary'],
    ['its script cannot be read', 'ExecStart=/nix/store/x/bin/firewall-start'],
  ])('not a firewall: %s', (_, line) => {
    const files = {
      '/etc/own.nft': 'table inet mine\ndelete table inet mine\n',
      '/etc/comment.sh': '#!/bin/sh\n# iptables -F\nexit 0\n',
      '/etc/usage.sh':
        '#!/bin/sh\necho "to clear:\n iptables -F"\ncat <<E\niptables -F\nE\ncase "$1" in clear) iptables -F;; esac\n',
      '/etc/binary': '\x7fELF iptables -F\n',
    };
    expect(isOne('some.service', service(line), files)).toBe(false);
  });

  test('of rules that no template knows, nothing is wiped', () => {
    expect(isOne('iptables.service', service('ExecStart=/bin/x'), {}, 'myapp.service')).toBe(false);
  });
});

describe('what the file says is true of the followed unit', () => {
  const GENERAL = /^# docker\.service is restarted along with .*\.service, and after it\.$/m;
  const name = (unit: string): string => `${ETC}/docker.service.d/50-follow-${unit}.conf`;

  test.each([
    ['zfs-mount.service', service('ExecStart=/sbin/zfs mount -a')],
    ['tailscaled.service', service('ExecStart=/usr/sbin/tailscaled')],
    ['ufw.service', service('ExecStart=/lib/ufw/ufw-init start quiet')],
    ['firewalld.service', service('ExecStart=/usr/sbin/firewalld')],
  ])('%s wipes nothing', (unit, text) => {
    for (const relation of ['requires', 'part-of', 'hook'] as const) {
      const { changes } = planFor(box(unit, text), { follow: unit, relation });
      expect(changes[0]?.path).toBe(name(unit));
      for (const { after } of changes) expect(after).not.toMatch(/wipe|firewall (?!d)|NAT|network/);
    }
    expect(planFor(box(unit, text), { follow: unit }).changes[0]?.after).toMatch(GENERAL);
  });

  test('a mount is not a firewall either', () => {
    const { changes } = planFor(box('srv.mount', '[Mount]\nWhat=/dev/sdb\nWhere=/srv\n'), {
      follow: 'srv.mount',
    });
    expect(changes).toMatchObject([{ path: name('srv.mount') }]);
    expect(changes[0]?.after).not.toMatch(/wipe/);
  });

  test.each([
    ['iptables.service', service('ExecStart=/bin/x'), {}],
    ['wall.service', service('ExecStart=/sbin/iptables -F'), {}],
    [
      'ufw.service',
      service('ExecStart=/lib/ufw/ufw-init start quiet'),
      { '/etc/default/ufw': 'MANAGE_BUILTINS=yes\n' },
    ],
  ])('%s wipes docker’s rules', (unit, text, more) => {
    const { changes } = planFor(box(unit, text, more), { follow: unit });
    expect(changes).toMatchObject([{ path: OURS }]);
    expect(changes[0]?.after).toContain('wipes them, and containers lose the network');
  });

  test('the text does not say that a firewall wipes rules if it is set up not to', () => {
    const { changes } = planFor(defaults(NO_FLUSH));
    expect(changes).toMatchObject([{ path: OURS }]);
    expect(changes[0]?.after).not.toContain('wipes');
  });

  test('nothing is said of rules if no firewall is followed', () => {
    const tree = box('db.service', service('ExecStart=/bin/db', 'ExecReload=/bin/reload'), {
      '/etc/docker/daemon.json': '{"iptables": false}',
    });
    const plan = planFor(tree, { follow: 'db.service' });
    expect(plan.findings.map(({ code }) => code)).toEqual(['no-live-restore', 'stays-down']);
    expect(plan.coverage.map(({ outcome }) => outcome)).toEqual([
      'covered',
      'not-restarted',
      'down',
      'down',
      'not-restarted',
    ]);
    expect(found(planFor(tree, { follow: 'db.service', relation: 'hook' }), 'rules-survive')).toEqual([]);
  });
});
