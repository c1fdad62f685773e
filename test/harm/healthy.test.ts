// The order of the firewalls that distributions ship, as their packages have it: a look that finds
// harm in one of these would refuse nearly everybody.
import { link, type Tree } from '../helpers/tree.js';
import { ETC, LIB } from '../plan/plan-for.js';
import type { Twin } from './case.js';
import { judgeHarmless } from './judge-cases.js';
import { lib, pulledIn, service } from './units.js';

const stays = (name: string, unit: string, by = 'multi-user.target'): Tree => ({
  ...lib(
    name,
    `[Unit]\n${unit}\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/sbin/fw start\n`,
  ),
  ...pulledIn(name, by),
});

const NFTABLES = stays(
  'nftables.service',
  'Wants=network-pre.target\nBefore=network-pre.target shutdown.target\nConflicts=shutdown.target\nDefaultDependencies=no',
  'sysinit.target',
);

const NETFILTER_PERSISTENT: Tree = {
  ...stays(
    'netfilter-persistent.service',
    'DefaultDependencies=no\nWants=network-pre.target systemd-modules-load.service local-fs.target\n' +
      'Before=network-pre.target shutdown.target\nAfter=systemd-modules-load.service local-fs.target\n' +
      'Conflicts=shutdown.target',
  ),
  ...lib(
    'systemd-modules-load.service',
    '[Unit]\nDefaultDependencies=no\nConflicts=shutdown.target\nBefore=sysinit.target shutdown.target\n' +
      '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/lib/systemd/systemd-modules-load\n',
  ),
};

const RULES: Tree = { '/etc/sysconfig/iptables': '*filter\nCOMMIT\n' };

const CENTOS_7: Tree = {
  ...stays(
    'iptables.service',
    'After=syslog.target\nAssertPathExists=/etc/sysconfig/iptables\nBefore=network.target',
    'basic.target',
  ),
  ...stays('ip6tables.service', 'After=syslog.target iptables.service', 'basic.target'),
  ...RULES,
};

const ROCKY_9: Tree = {
  ...stays(
    'iptables.service',
    'AssertPathExists=/etc/sysconfig/iptables\nBefore=network-pre.target ip6tables.service\nWants=network-pre.target',
  ),
  ...RULES,
};

const FIREWALLD = lib(
  'firewalld.service',
  '[Unit]\nBefore=network-pre.target\nWants=network-pre.target\nAfter=dbus.service polkit.service\n' +
    'Conflicts=iptables.service ip6tables.service ebtables.service ipset.service nftables.service\n' +
    '[Service]\nType=dbus\nBusName=org.fedoraproject.FirewallD1\nExecStart=/usr/sbin/firewalld --nofork\n',
);

const HEALTHY: readonly Twin[] = [
  {
    says: "Debian's nftables.service, enabled for sysinit.target",
    root: NFTABLES,
    follow: 'nftables.service',
  },
  {
    says: "Debian's netfilter-persistent.service",
    root: NETFILTER_PERSISTENT,
    follow: 'netfilter-persistent.service',
  },
  {
    says: 'its alias iptables.service is named',
    root: {
      ...NETFILTER_PERSISTENT,
      [`${ETC}/iptables.service`]: link(`${LIB}/netfilter-persistent.service`),
    },
  },
  { says: "CentOS 7's iptables.service, enabled for basic.target, with ip6tables.service", root: CENTOS_7 },
  { says: "Rocky 9's iptables.service", root: ROCKY_9 },
  { says: 'firewalld is installed beside it but not enabled', root: { ...ROCKY_9, ...FIREWALLD } },
  {
    says: 'firewalld itself is followed',
    root: {
      ...FIREWALLD,
      ...pulledIn('firewalld.service'),
      ...lib('dbus.socket', '[Socket]\nListenStream=/run/d\n'),
    },
    follow: 'firewalld.service',
  },
  {
    says: 'rules for DOCKER-USER are loaded after docker, and nothing waits for them',
    root: {
      ...ROCKY_9,
      ...lib('rules.service', service('After=docker.service')),
      ...pulledIn('rules.service'),
    },
  },
  {
    says: 'a container has a unit of its own after docker',
    root: {
      ...NFTABLES,
      ...lib('web.service', service('Requires=docker.service\nAfter=docker.service nftables.service')),
      ...pulledIn('web.service'),
    },
    follow: 'nftables.service',
  },
];

judgeHarmless(
  HEALTHY.flatMap((one): Twin[] => [
    one,
    { ...one, says: `${one.says} (docker part of it)`, relation: 'part-of' },
  ]),
);
