import { expect } from '@jest/globals';
import { docker, firewall } from '../helpers/docker.js';
import { link, type Tree } from '../helpers/tree.js';
import { ETC } from '../plan/plan-for.js';
import type { Shown } from './case.js';
import { judgeCases } from './judge-cases.js';
import { etc, iptables, lib, pulledIn } from './units.js';

const RIVAL = firewall('Conflicts=iptables.service ip6tables.service ipset.service');
const ENABLED = iptables(firewall());
const DISABLED = lib('iptables.service', firewall());

const firewalld = (text: string): Tree => ({
  ...lib('firewalld.service', text),
  ...pulledIn('firewalld.service'),
});

// Of the unit that is both started and stopped systemd drops one job, whichever it meets first, and what needs it.
const EITHER: readonly Shown[] = [{ lost: ['docker.service'] }, { lost: ['firewalld.service'] }];

const CONFLICTING = expect.stringContaining('Transaction contains conflicting jobs') as unknown;

judgeCases([
  {
    code: 'rival-firewall',
    says: 'firewalld is enabled, and names the target in Conflicts=',
    root: { ...DISABLED, ...firewalld(RIVAL) },
    harm: EITHER,
    twins: [
      {
        says: 'firewalld is installed but not enabled',
        root: { ...ENABLED, ...lib('firewalld.service', RIVAL) },
      },
      { says: 'the two do not conflict', root: { ...ENABLED, ...firewalld(firewall()) } },
      {
        says: 'firewalld is masked',
        root: { ...ENABLED, ...firewalld(RIVAL), [`${ETC}/firewalld.service`]: link('/dev/null') },
      },
      {
        says: 'docker is part of the target and does not start it',
        root: { ...DISABLED, ...firewalld(RIVAL) },
        relation: 'part-of',
      },
      {
        says: 'firewalld is enabled for the rescue mode only',
        root: {
          ...ENABLED,
          ...lib('firewalld.service', RIVAL),
          ...pulledIn('firewalld.service', 'rescue.target'),
        },
      },
      {
        says: 'the target names a firewalld that is enabled for the rescue mode only',
        root: {
          ...iptables(firewall('Conflicts=firewalld.service')),
          ...lib('firewalld.service', firewall()),
          ...pulledIn('firewalld.service', 'rescue.target'),
        },
      },
      {
        says: 'firewalld conflicts with another unit only',
        root: { ...ENABLED, ...firewalld(firewall('Conflicts=ip6tables.service ebtables.service')) },
      },
    ],
  },
  {
    code: 'rival-firewall',
    says: 'the target names the enabled firewalld',
    root: { ...lib('iptables.service', firewall('Conflicts=firewalld.service')), ...firewalld(firewall()) },
    harm: EITHER,
    twins: [],
  },
  {
    code: 'rival-firewall',
    says: 'a drop-in of firewalld names an alias of the target',
    root: {
      ...lib('fw.service', firewall()),
      [`${ETC}/iptables.service`]: link('/usr/lib/systemd/system/fw.service'),
      ...firewalld(firewall()),
      ...etc('firewalld.service.d/a.conf', '[Unit]\nConflicts=iptables.service\n'),
    },
    harm: EITHER,
    twins: [],
  },
  {
    code: 'rival-firewall',
    says: 'the rival is no firewall that anybody knows, but started by an enabled unit',
    root: {
      ...DISABLED,
      ...lib('shield.service', firewall('Conflicts=iptables.service')),
      ...lib('guard.service', firewall('Requires=shield.service')),
      ...pulledIn('guard.service'),
    },
    harm: [{ lost: ['docker.service'] }, { lost: ['guard.service', 'shield.service'] }],
    twins: [],
  },
  {
    code: 'two-firewalls',
    says: "somebody's drop-in has docker require firewalld, which conflicts with the target",
    root: {
      ...ENABLED,
      ...lib('firewalld.service', RIVAL),
      ...etc('docker.service.d/10-fw.conf', '[Unit]\nRequires=firewalld.service\nAfter=firewalld.service\n'),
    },
    harm: { cannotStart: CONFLICTING },
    twins: [
      {
        says: 'the two do not conflict',
        root: {
          ...ENABLED,
          ...firewalld(firewall()),
          ...etc(
            'docker.service.d/10-fw.conf',
            '[Unit]\nRequires=firewalld.service\nAfter=firewalld.service\n',
          ),
        },
      },
      {
        says: 'docker is only ordered after firewalld',
        root: {
          ...ENABLED,
          ...lib('firewalld.service', RIVAL),
          ...etc('docker.service.d/10-fw.conf', '[Unit]\nAfter=firewalld.service\n'),
        },
      },
    ],
  },
  {
    code: 'two-firewalls',
    says: "somebody's drop-in makes docker part of firewalld (a restart of either fails then, systemd#2830)",
    root: {
      ...ENABLED,
      ...lib('firewalld.service', RIVAL),
      ...etc('docker.service.d/10-fw.conf', '[Unit]\nPartOf=firewalld.service\n'),
    },
    relation: 'part-of',
    twins: [
      {
        says: 'that drop-in is masked',
        root: {
          ...ENABLED,
          ...lib('firewalld.service', RIVAL),
          [`${ETC}/docker.service.d/10-fw.conf`]: link('/dev/null'),
        },
        relation: 'part-of',
      },
    ],
  },
  {
    code: 'two-firewalls',
    says: 'the unit to which docker is tied already does not even exist (fail2ban#3236)',
    root: {
      ...firewalld(RIVAL),
      ...etc('docker.service.d/10-fw.conf', '[Unit]\nPartOf=iptables.service\n'),
    },
    follow: 'firewalld.service',
    relation: 'part-of',
    twins: [],
  },
  {
    code: 'two-firewalls',
    says: 'a .requires link ties docker to firewalld',
    root: {
      ...ENABLED,
      ...lib('firewalld.service', RIVAL),
      ...pulledIn('firewalld.service', 'docker.service', 'requires'),
    },
    harm: { cannotStart: CONFLICTING },
    twins: [
      {
        says: 'that link is masked',
        root: {
          ...ENABLED,
          ...lib('firewalld.service', RIVAL),
          [`${ETC}/docker.service.requires/firewalld.service`]: link('/dev/null'),
        },
      },
    ],
  },
  {
    code: 'two-firewalls',
    says: 'docker is bound to firewalld by its own unit file',
    root: {
      ...ENABLED,
      ...lib('firewalld.service', RIVAL),
      ...etc('docker.service', docker('BindsTo=firewalld.service')),
    },
    harm: { cannotStart: CONFLICTING },
    twins: [],
  },
  {
    code: 'rival-firewall',
    says: 'firewalld conflicts with what the target requires',
    root: {
      ...lib('iptables.service', firewall('Requires=ipset.service')),
      ...lib('ipset.service', firewall()),
      ...firewalld(RIVAL.replace('iptables.service ip6tables.service', '')),
    },
    harm: EITHER,
    twins: [],
  },
]);
