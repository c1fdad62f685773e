import { afterAll, describe, expect, test } from '@jest/globals';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { UnitPatchError } from '../../src/errors.js';
import { openRoot } from '../../src/files/open-root.js';
import { chooseFollow } from '../../src/firewalls/choose.js';
import { Transactions } from '../../src/transactions/transactions.js';
import { UnitLoader } from '../../src/units/loader.js';
import { docker, enabled } from '../helpers/docker.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { service } from '../plan/findings/firewalls.js';
import { ETC, LIB } from '../plan/plan-for.js';

afterAll(removeTrees);

/** A box without any of the template's candidates, and one more service that the boot starts. */
const box = (name: string, text: string, more: Tree = {}): Tree => ({
  [`${LIB}/docker.service`]: docker(),
  [`${LIB}/${name}`]: text,
  ...enabled(name),
  ...more,
});

const unit = (lines: string, ...more: string[]): string => `[Unit]\n${lines}\n${service(...more)}`;

const script = (...lines: string[]): Tree => ({ '/etc/rules.sh': ['#!/bin/bash', ...lines, ''].join('\n') });

function errorFor(tree: Tree, { active = [], isLive = false }: { active?: string[]; isLive?: boolean } = {}) {
  const transactions = Transactions.of(new UnitLoader(openRoot(makeRoot(tree))), active);
  try {
    const choice = chooseFollow(transactions, findTemplate('docker'), undefined, {
      isActive: (name) => active.includes(name),
      isLive,
    });
    if ('nobody' in choice) return choice.nobody;
  } catch (error) {
    if (error instanceof UnitPatchError) return error;
    throw error;
  }
  throw new Error('a unit was chosen');
}

/** The unit that is followed, though nobody named it. */
function followedIn(tree: Tree): string | undefined {
  const transactions = Transactions.of(new UnitLoader(openRoot(makeRoot(tree))), []);
  const choice = chooseFollow(transactions, findTemplate('docker'), undefined, { isActive: () => false });
  return 'follow' in choice ? choice.follow.unit.id : undefined;
}

/** The units that the error names, in its order. */
function namedIn(tree: Tree): string[] {
  const { message } = errorFor(tree);
  if (!message.includes('looks like')) return [];
  return [...message.matchAll(/([\w@.-]+\.service) \((?:enabled|started|active)/g)].map(
    ([, name = '']) => name,
  );
}

const CSF = box('csf.service', service('ExecStart=/usr/sbin/csf --initup'));

describe('if no candidate is in use, the one firewall that is known by its name is followed', () => {
  test('if there is no other', () => {
    expect(followedIn(CSF)).toBe('csf.service');
    expect(followedIn(box('shorewall-lite.service', service('ExecStart=/x')))).toBe('shorewall-lite.service');
    const other = box('my-firewall.service', service('ExecStart=/sbin/iptables -P INPUT DROP'));
    expect(namedIn({ ...CSF, ...other })).toEqual(['csf.service', 'my-firewall.service']);
  });

  test('if it is not one of IPv6 alone', () => {
    for (const name of ['ip6tables.service', 'shorewall6.service', 'shorewall6-lite.service'])
      expect(namedIn(box(name, service('ExecStart=/x')))).toEqual([name]);
  });

  test('if it is enabled', () => {
    const tree = { [`${LIB}/docker.service`]: docker(), [`${LIB}/csf.service`]: service('ExecStart=/x') };
    expect(namedIn(tree)).toEqual([]);
  });

  test('if it does not start after docker.service', () => {
    expect(namedIn(box('csf.service', unit('After=docker.service', 'ExecStart=/x')))).toEqual([
      'csf.service',
    ]);
  });
});

const OWN = box('own-firewall.service', service('ExecStart=/sbin/iptables -P INPUT DROP'));

describe('any other firewall that the system has is named', () => {
  test('in the message and as a command', () => {
    expect(errorFor(OWN)).toMatchObject({
      code: 'no-candidate',
      exitStatus: 2,
      message: `this system's firewall looks like own-firewall.service (enabled by ${ETC}/multi-user.target.wants/own-firewall.service); docker.service follows it only if --follow names it`,
      hint: 'unit-patch docker --follow own-firewall.service',
    });
    expect(errorFor(OWN, { isLive: true }).hint).toBe('sudo unit-patch docker --follow own-firewall.service');
  });

  test('beside a ufw that is enabled and turned off', () => {
    const ufw = {
      [`${LIB}/ufw.service`]: unit(
        'Description=Uncomplicated firewall',
        'ExecStart=/sbin/iptables -P INPUT DROP',
      ),
      ...enabled('ufw.service'),
      '/etc/ufw/ufw.conf': 'ENABLED=no\n',
    };
    const { message, hint } = errorFor({ ...OWN, ...ufw });
    expect(message).toContain('own-firewall.service (enabled');
    expect(message).toContain('not ufw.service (turned off: no ENABLED=yes in /etc/ufw/ufw.conf)');
    expect(hint).toBe('unit-patch docker --follow own-firewall.service');
  });

  test('active now, though not enabled', () => {
    const tree = {
      [`${LIB}/docker.service`]: docker(),
      [`${LIB}/wall.service`]: service('ExecStart=/sbin/iptables -P INPUT DROP'),
    };
    expect(errorFor(tree).message).toContain('uses none');
    expect(errorFor(tree, { active: ['wall.service'] }).message).toContain('wall.service (active)');
  });

  test('several have a command each, three at most, those known by name first', () => {
    const tree = ['a-firewall', 'b-firewall', 'shorewall6', 'shorewall'].map((name) =>
      box(`${name}.service`, service('ExecStart=/sbin/iptables -P INPUT DROP')),
    );
    expect(errorFor(Object.assign({}, ...tree) as Tree).hint).toBe(
      'unit-patch docker --follow shorewall.service, or unit-patch docker --follow shorewall6.service, or unit-patch docker --follow a-firewall.service',
    );
  });

  test('a oneshot that does not stay is followed by the hook, which is not refused', () => {
    const text = '[Service]\nType=oneshot\nExecStart=/sbin/iptables-restore /etc/x\n';
    expect(errorFor(box('rules.service', text)).hint).toBe(
      'unit-patch docker --follow rules.service --relation hook',
    );
    const timer = { [`${LIB}/rules.timer`]: '[Timer]\nOnCalendar=hourly\n' };
    expect(errorFor(box('rules.service', text, timer)).hint).toBe('unit-patch docker --follow rules.service');
  });

  test('one that starts after docker.service gets no command that is refused', () => {
    const text = unit('After=docker.service', 'ExecStart=/sbin/iptables-restore /etc/x');
    const { message, hint } = errorFor(box('rules.service', text));
    expect(message).toContain(`starts after docker.service, ${LIB}/rules.service:2`);
    expect(hint).toBe('make rules.service start before docker.service first, then name it with --follow');
  });
});

describe('a firewall is known', () => {
  test.each<[string, string, string, Tree]>([
    ['by what it is called', 'home-firewall.service', service('ExecStart=/opt/fw.py'), {}],
    [
      'by its name, and a script that flushes nothing',
      'firewall.service',
      service('ExecStart="/etc/rules.sh"'),
      script('source /etc/conf', 'iptables -A INPUT -i lo -j ACCEPT', 'echo done'),
    ],
    [
      'by its description',
      'wall.service',
      unit('Description=Our firewall', 'ExecStart=/etc/rules.sh'),
      script('/opt/lists/update', 'iptables -A INPUT -i lo -j ACCEPT'),
    ],
    [
      'by a start that does nothing but write rules',
      'wall.service',
      service('ExecStart=/etc/rules.sh'),
      script(
        'IPT=/sbin/iptables',
        'DEV=$(ip route show default | awk "{print $5}")',
        '$IPT -A INPUT -i $DEV -j DROP',
      ),
    ],
    ['by a table of its own', 'wall.service', service('ExecStart=/usr/sbin/nft -f /etc/own.nft'), {}],
    ['by an nft script', 'wall.service', service('ExecStart=/etc/own.nft'), {}],
    [
      'by rules and counters that are loaded',
      'x.service',
      service('ExecStart=/sbin/iptables-restore -c /etc/x'),
      {},
    ],
    [
      'by rules that a shell gives to iptables-restore',
      'x.service',
      service('ExecStart=/bin/sh -c "/sbin/iptables-restore < /etc/x"'),
      {},
    ],
    [
      'by a script that does so',
      'x.service',
      service('ExecStart=/etc/rules.sh'),
      script('cat /etc/x | iptables-restore', 'ip6tables-restore < /etc/y'),
    ],
  ])('%s', (_, name, text, more) => {
    expect(namedIn(box(name, text, more))).toEqual([name]);
  });

  test.each<[string, string, string, Tree]>([
    [
      'an application that opens its port',
      'app.service',
      service('ExecStartPre=/sbin/iptables -I INPUT -p tcp -j ACCEPT', 'ExecStart=/usr/bin/app'),
      {},
    ],
    [
      'an application that flushes',
      'app.service',
      service('ExecStartPre=/sbin/iptables -F', 'ExecStart=/usr/bin/app'),
      {},
    ],
    [
      'a VPN that loads rules among other work',
      'wg-quick@wg0.service',
      service('ExecStart=/etc/rules.sh up'),
      script('ip link add wg0 type wireguard', 'wg set wg0', 'iptables-restore -n'),
    ],
    [
      "a VPN's own rules",
      'openvpn-iptables.service',
      service('ExecStart=/etc/rules.sh', 'ExecStop=/sbin/iptables -D INPUT -i tun0 -j ACCEPT'),
      script(
        'iptables -t nat -I POSTROUTING 1 -s 10.8.0.0/24 -j MASQUERADE',
        'iptables -I INPUT 1 -i tun0 -j ACCEPT',
      ),
    ],
    [
      'an application firewall',
      'waf.service',
      unit(
        'Description=Web application firewall',
        'ExecStartPre=/sbin/iptables -A INPUT -j ACCEPT',
        'ExecStart=/usr/bin/waf',
      ),
      {},
    ],
    [
      'a bouncer that asks',
      'crowdsec-firewall-bouncer.service',
      '[Service]\nType=notify\nExecStartPre=/usr/sbin/iptables -L\nExecStart=/usr/bin/bouncer\n',
      {},
    ],
    [
      "rules in Docker's own chain",
      'docker-firewall.service',
      service('ExecStart=/sbin/iptables -I DOCKER-USER -j DROP'),
      {},
    ],
    [
      'rules that come and go with Docker',
      'my-firewall.service',
      unit('BindsTo=docker.service', 'ExecStart=/sbin/iptables -P FORWARD DROP'),
      {},
    ],
    [
      'rules that are added after Docker',
      'my-firewall.service',
      unit('After=docker.service', 'ExecStart=/sbin/iptables -A FORWARD -j DROP'),
      {},
    ],
    ['a question', 'asks.service', service('ExecStart=/usr/sbin/nft list ruleset'), {}],
    ['a masked one', 'csf.service', service('ExecStart=/x'), { [`${ETC}/csf.service`]: link('/dev/null') }],
    ['a database', 'db.service', service('ExecStart=/usr/bin/db'), {}],
    ['docker.service itself', 'docker.service', `${docker()}ExecStartPre=/sbin/iptables -F\n`, {}],
  ])('%s is none', (_, name, text, more) => {
    expect(namedIn(box(name, text, more))).toEqual([]);
  });
});
