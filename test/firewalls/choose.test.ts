import { afterAll, describe, expect, test } from '@jest/globals';
import type { UnitPatchError } from '../../src/errors.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import { type FirewallChoice, chooseFollow } from '../../src/firewalls/choose.js';
import { Transactions } from '../../src/transactions/transactions.js';
import { UnitLoader } from '../../src/units/loader.js';
import { enabled, firewall, withFirewall } from '../helpers/docker.js';
import { directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { nftables, OWN_STOP, OWN_TABLE, persistent } from '../plan/findings/firewalls.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';
const ETC = '/etc/systemd/system';

function choose(tree: Tree, options: { asked?: string; active?: string[] } = {}): FirewallChoice {
  const transactions = Transactions.of(new UnitLoader(openRoot(makeRoot(tree))));
  const isActive = (unit: string): boolean => options.active?.includes(unit) ?? false;
  const choice = chooseFollow(transactions, findTemplate('docker'), options.asked, { isActive });
  if ('nobody' in choice) throw choice.nobody;
  return choice;
}

function chosen(choice: FirewallChoice): { unit: string; why: string } {
  if (!('follow' in choice)) throw new Error(`${Object.keys(choice).join()} instead of a unit`);
  return { unit: choice.follow.unit.id, why: choice.follow.why };
}

describe('without --follow the first candidate that the system uses is followed', () => {
  test('enabled by a link', () => {
    expect(chosen(choose(withFirewall()))).toEqual({
      unit: 'iptables.service',
      why: `enabled by ${ETC}/multi-user.target.wants/iptables.service`,
    });
  });

  test('active, though not enabled', () => {
    const tree = { [`${LIB}/nftables.service`]: firewall(), [`${LIB}/iptables.service`]: firewall() };
    expect(chosen(choose(tree, { active: ['nftables.service'] }))).toEqual({
      unit: 'nftables.service',
      why: 'active',
    });
  });

  test('in the order of the template', () => {
    const tree = { ...withFirewall('nftables.service'), ...withFirewall('netfilter-persistent.service') };
    expect(chosen(choose(tree)).unit).toBe('netfilter-persistent.service');
  });

  test('by its real name: an alias of another candidate is that candidate', () => {
    const tree = withFirewall('netfilter-persistent.service', {
      [`${ETC}/iptables.service`]: link(`${LIB}/netfilter-persistent.service`),
    });
    const { unit, why } = chosen(choose(tree));
    expect(unit).toBe('netfilter-persistent.service');
    expect(why).toContain('the real name of iptables.service');
  });

  test.each([
    ['a masked one', withFirewall('iptables.service', { [`${ETC}/iptables.service`]: link('/dev/null') })],
    ['one that only has a link', enabled('iptables.service')],
    [
      'one whose link is masked',
      {
        ...withFirewall(),
        '/etc/systemd/system.control/multi-user.target.wants/iptables.service': link('/dev/null'),
      },
    ],
    ['one that is neither enabled nor active', { [`${LIB}/iptables.service`]: firewall() }],
  ] as [string, Tree][])('%s is not in use', (_, tree) => {
    expect(chosen(choose({ ...tree, ...withFirewall('nftables.service') })).unit).toBe('nftables.service');
  });

  test('where none is in use the candidates are listed with their states', () => {
    const tree = { [`${LIB}/iptables.service`]: firewall(), [`${LIB}/nftables.service`]: '' };
    expect(() => choose(tree)).toThrow(
      'iptables.service (neither enabled nor active), netfilter-persistent.service (not-found), nftables.service (masked)',
    );
  });
});

describe('with a firewall that leaves the rules of docker alone nothing has to be followed', () => {
  test.each(['firewalld.service', 'ufw.service'])('%s', (name) => {
    const choice = choose(withFirewall(name));
    expect(choice).toMatchObject({ noNeed: { unit: name } });
  });

  test('a candidate that is in use comes first', () => {
    expect(chosen(choose({ ...withFirewall('ufw.service'), ...withFirewall('nftables.service') })).unit).toBe(
      'nftables.service',
    );
  });

  const builtins = (text: string): Tree => withFirewall('ufw.service', { '/etc/default/ufw': text });
  test.each([
    ['MANAGE_BUILTINS=yes\n', true],
    ['MANAGE_BUILTINS="yes"\n', true],
    ['MANAGE_BUILTINS=no\n', false],
    ['# MANAGE_BUILTINS=yes\n', false],
    ['MANAGE_BUILTINS=yes\nMANAGE_BUILTINS=no\n', false],
    ['', false],
  ])("ufw with %j wipes docker's rules: %p", (text, wipes) => {
    expect('follow' in choose(builtins(text))).toBe(wipes);
  });
});

describe('ufw is a firewall only if its own configuration turns it on, as its ufw-init reads that', () => {
  const ufw = (text: string | undefined): Tree =>
    withFirewall('ufw.service', { '/etc/ufw/ufw.conf': text ?? directory });
  test.each([
    'ENABLED=yes\n',
    'ENABLED=YES\n',
    'ENABLED="yes" # on\n',
    'ENABLED=no\nENABLED=yes\n',
    'export ENABLED=yes\n',
  ])('%j turns it on', (text) => {
    expect(choose(ufw(text))).toMatchObject({ noNeed: { unit: 'ufw.service' } });
  });

  test.each([
    'ENABLED=no\n',
    'ENABLED=yes\nENABLED=no\n',
    '# ENABLED=yes\n',
    'LOGLEVEL=low\n',
    '',
    undefined,
  ])('%j does not', (text) => {
    expect(() => choose(ufw(text))).toThrow('ufw.service (turned off: no ENABLED=yes in /etc/ufw/ufw.conf)');
  });

  test('the next one is looked at then', () => {
    const off = { '/etc/ufw/ufw.conf': 'ENABLED=no\n' };
    expect(
      choose({ ...withFirewall('firewalld.service'), ...withFirewall('ufw.service'), ...off }),
    ).toMatchObject({
      noNeed: { unit: 'firewalld.service' },
    });
    const wipes = { ...off, '/etc/default/ufw': 'MANAGE_BUILTINS=yes\n' };
    expect(() => choose(withFirewall('ufw.service', wipes))).toThrow('turned off');
  });

  test('a masked one is not in use, on or not', () => {
    const masked = { [`${ETC}/firewalld.service`]: link('/dev/null') };
    expect(() => choose(withFirewall('firewalld.service', masked))).toThrow('uses none');
  });
});

describe('of the firewalls in use one that wipes is chosen before those that do not', () => {
  const wiping = nftables('flush ruleset\n');
  const keeping = persistent({ '/etc/iptables/rules.v4': '' });

  test('netfilter-persistent with nothing to load, and nftables that flushes all', () => {
    expect(chosen(choose({ ...keeping, ...wiping })).unit).toBe('nftables.service');
  });

  test('ufw with MANAGE_BUILTINS=yes, too', () => {
    const ufw = withFirewall('ufw.service', { '/etc/default/ufw': 'MANAGE_BUILTINS=yes\n' });
    expect(chosen(choose({ ...keeping, ...ufw })).unit).toBe('ufw.service');
  });

  test('if none wipes, the first', () => {
    const own = nftables(OWN_TABLE, OWN_STOP);
    expect(chosen(choose({ ...keeping, ...own })).unit).toBe('netfilter-persistent.service');
  });
});

test('--follow names the unit, whatever the system uses', () => {
  const tree = withFirewall('iptables.service', { [`${LIB}/x.service`]: firewall() });
  expect(chosen(choose(tree, { asked: 'x.service' }))).toEqual({
    unit: 'x.service',
    why: 'named by --follow',
  });
});

test.each(['iptables', 'a/b.service', '../x.service', 'x y.service', 'x.service\n', ''])(
  '--follow %j is not a unit name',
  (asked) => {
    expect(() => choose(withFirewall(), { asked })).toThrow('is not a unit name');
  },
);

test('--follow with a template names no unit', () => {
  const tree = withFirewall('iptables.service', { [`${LIB}/x@.service`]: firewall() });
  expect(() => choose(tree, { asked: 'x@.service' })).toThrow(
    'x@.service is a template of units, and only a unit can be followed',
  );
  expect(chosen(choose(tree, { asked: 'x@eth0.service' })).unit).toBe('x@eth0.service');
});

test('a candidate that is not in use is to be enabled only if it has an [Install] section', () => {
  const hintFor = (text: string): unknown => {
    try {
      return choose({ [`${LIB}/iptables.service`]: text });
    } catch (error) {
      return (error as UnitPatchError).hint;
    }
  };
  expect(hintFor(firewall())).toMatch(/^enable it \(systemctl enable iptables.service\), or name the one/);
  expect(hintFor('[Service]\nExecStart=/x\n')).toMatch(/^name the one that is meant/);
});
