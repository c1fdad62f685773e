import { afterEach, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { ownTablesBy } from '../../src/firewalls/own-tables.js';
import { makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { planFor } from '../plan/plan-for.js';
import { withFirewall } from '../helpers/docker.js';
import { service } from '../plan/findings/firewalls.js';

afterEach(removeTrees);

const saidBy = (name: string, tree: Tree): string | undefined =>
  ownTablesBy(openRoot(makeRoot({ '/etc/hostname': 'box\n', ...tree })), findTemplate(name));

const DEBIAN = '/etc/fail2ban/jail.d/defaults-debian.conf';
const LOCAL = '/etc/fail2ban/jail.local';
const LIBVIRT = '/etc/libvirt/network.conf';

describe('a unit keeps its rules in tables of nftables that are its own', () => {
  test.each<[string, string, Tree, string | undefined]>([
    [
      'fail2ban as Debian 13 sets it up',
      'fail2ban',
      { [DEBIAN]: '[DEFAULT]\nbanaction = nftables\n' },
      `${DEBIAN}: banaction=nftables`,
    ],
    [
      'a variant of that action',
      'fail2ban',
      { [DEBIAN]: 'banaction=nftables[type=allports]\n' },
      `${DEBIAN}: banaction=nftables`,
    ],
    ['as Debian 12 does, by iptables', 'fail2ban', { [DEBIAN]: '[sshd]\nenabled = true\n' }, undefined],
    [
      'the administrator decides',
      'fail2ban',
      { [DEBIAN]: 'banaction = nftables\n', [LOCAL]: 'banaction = iptables-multiport\n' },
      undefined,
    ],
    ['a comment says nothing', 'fail2ban', { [LOCAL]: '# banaction = nftables\n' }, undefined],
    [
      'libvirt that is told to',
      'virtnetworkd',
      { [LIBVIRT]: 'firewall_backend = "nftables"\n' },
      `${LIBVIRT}: firewall_backend=nftables`,
    ],
    [
      'libvirt as Debian 13 sets it up: by iptables',
      'libvirtd',
      { [LIBVIRT]: '#firewall_backend = "iptables"\n' },
      undefined,
    ],
    ['libvirt before 10.4', 'libvirtd', {}, undefined],
    ['lxc-net where nft is', 'lxc-net', { '/usr/sbin/nft': '' }, '/usr/sbin/nft'],
    [
      'lxc-net that is told otherwise',
      'lxc-net',
      { '/usr/sbin/nft': '', '/etc/default/lxc-net': 'LXC_USE_NFT="false"\n' },
      undefined,
    ],
    [
      'or in the file that reads that one',
      'lxc-net',
      { '/usr/sbin/nft': '', '/etc/default/lxc': 'LXC_USE_NFT="false"\n' },
      undefined,
    ],
    ['docker is asked by its own file', 'docker', { '/usr/sbin/nft': '' }, undefined],
  ])('%s', (_, name, tree, expected) => {
    expect(saidBy(name, tree)).toBe(expected);
  });

  test('which iptables-restore leaves alone, and nft flush ruleset does not', () => {
    const unit: Tree = {
      '/usr/lib/systemd/system/fail2ban.service': '[Service]\nExecStart=/usr/bin/fail2ban-server\n',
      [DEBIAN]: 'banaction = nftables\n',
    };
    const restart = (name: string, start: string, more: Tree = {}): string | undefined => {
      const firewall = { [`/usr/lib/systemd/system/${name}`]: service(`ExecStart=${start}`) };
      const tree = withFirewall(name, { ...unit, ...firewall, ...more });
      return planFor(tree, { name: 'fail2ban', follow: name, relation: 'part-of' }).coverage[0]?.outcome;
    };
    expect(restart('iptables.service', '/usr/sbin/iptables-restore /etc/rules')).toBe('harmless');
    expect(restart('nftables.service', '/usr/sbin/nft -f /etc/nft', { '/etc/nft': 'flush ruleset\n' })).toBe(
      'covered',
    );
  });

  test("nor does firewalld's reload, a signal, which takes what is in the tables of iptables", () => {
    const firewalld = service('ExecStart=/usr/sbin/firewalld\nExecReload=/bin/kill -HUP $MAINPID');
    const reload = (action: string): string | undefined => {
      const tree = withFirewall('firewalld.service', {
        '/usr/lib/systemd/system/fail2ban.service': '[Service]\nExecStart=/usr/bin/fail2ban-server\n',
        '/usr/lib/systemd/system/firewalld.service': firewalld,
        [LOCAL]: `banaction = ${action}\n`,
      });
      return planFor(tree, { name: 'fail2ban', relation: 'part-of' }).coverage[1]?.outcome;
    };
    expect(reload('nftables')).toBe('harmless');
    expect(reload('iptables-multiport')).toBe('lost');
  });
});
