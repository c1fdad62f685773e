import { firewall } from '../helpers/docker.js';
import { link, type Tree } from '../helpers/tree.js';
import { ETC, LIB } from '../plan/plan-for.js';
import type { ByVersion } from './case.js';
import { judgeCases } from './judge-cases.js';
import { etc, iptables, lib, pulledIn, service } from './units.js';

const HEALTHY = iptables(firewall());

// A boot of 252 starts docker all the same if a requirement cannot be loaded; a start of docker fails in both.
const noStart = (cannotStart: string): ByVersion => ({
  252: { cannotStart },
  257: { cannotStart, lost: ['docker.service'] },
});

const BROKEN = `Unit iptables.service failed to load properly, please adjust/correct and reload service manager: Bad message`;
const BAD_SETTING = 'Unit iptables.service has a bad unit file setting.';

// Debian 11: the package makes iptables.service an alternative.
const DEBIAN_11: Tree = {
  ...lib('netfilter-persistent.service', firewall()),
  ...pulledIn('netfilter-persistent.service'),
  [`${ETC}/iptables.service`]: link('/etc/alternatives/iptables.service'),
  '/etc/alternatives/iptables.service': link(`${LIB}/netfilter-persistent.service`),
};

judgeCases([
  {
    code: 'followed-missing',
    says: 'nothing of that name exists',
    root: {},
    harm: noStart('Unit iptables.service not found.'),
    twins: [
      { says: 'it exists', root: HEALTHY },
      {
        says: 'docker is only to be part of it (there is nothing to follow then)',
        root: {},
        relation: 'part-of',
        instead: 'followed-missing',
      },
    ],
  },
  {
    code: 'followed-missing',
    says: 'a link of that name leads nowhere',
    root: { ...HEALTHY, [`${ETC}/iptables.service`]: link('/opt/gone.service') },
    harm: noStart('Unit iptables.service not found.'),
    twins: [],
  },
  {
    code: 'followed-masked',
    says: 'it is a link to /dev/null',
    root: { ...HEALTHY, [`${ETC}/iptables.service`]: link('/dev/null') },
    harm: noStart('Unit iptables.service is masked.'),
    twins: [
      {
        says: 'it is masked in a weaker directory only',
        root: {
          ...etc('iptables.service', firewall()),
          [`${LIB}/iptables.service`]: link('/dev/null'),
          [`${ETC}/multi-user.target.wants/iptables.service`]: link(`${ETC}/iptables.service`),
        },
      },
      {
        says: 'another unit is masked',
        root: { ...HEALTHY, [`${ETC}/ip6tables.service`]: link('/dev/null') },
      },
      {
        says: 'only one of two links that enable it is masked',
        root: {
          ...HEALTHY,
          [`${ETC}/basic.target.wants/iptables.service`]: link('/dev/null'),
        },
      },
    ],
  },
  {
    code: 'followed-empty',
    says: 'it is an empty file, which is a mask as well',
    root: { ...HEALTHY, ...etc('iptables.service', '') },
    harm: noStart('Unit iptables.service is masked.'),
    twins: [
      {
        says: 'it is a file of one newline (no mask, but nothing to start either)',
        root: { ...HEALTHY, ...etc('iptables.service', '\n') },
        instead: 'followed-broken',
      },
      { says: 'a drop-in of it is empty', root: { ...HEALTHY, ...etc('iptables.service.d/a.conf', '') } },
    ],
  },
  {
    code: 'followed-broken',
    says: 'a comment behind [Unit] keeps systemd from loading it',
    root: iptables(firewall().replace('[Unit]', '[Unit] # x')),
    harm: noStart(BROKEN),
    twins: [
      {
        says: 'the comment stands on a line of its own',
        root: iptables(firewall().replace('[Unit]', '# x\n[Unit]')),
      },
      {
        says: 'the comment spoils a drop-in of it, of which systemd only drops the rest',
        root: { ...HEALTHY, ...etc('iptables.service.d/a.conf', '[Unit] # x\n') },
      },
    ],
  },
  {
    code: 'followed-broken',
    says: 'it says nothing to start',
    root: iptables('[Service]\nType=simple\n'),
    harm: noStart(BAD_SETTING),
    twins: [
      {
        says: 'a drop-in says what to start',
        root: {
          ...iptables('[Service]\nType=simple\n'),
          ...etc('iptables.service.d/a.conf', '[Service]\nExecStart=/usr/bin/true\n'),
        },
      },
    ],
  },
  {
    code: 'followed-linked',
    says: 'it is a link out of the load path to the unit that the boot starts by its own name',
    root: DEBIAN_11,
    harm: { added: ['iptables.service'] },
    twins: [
      {
        says: 'the link stays in the load path, so it is an alias',
        root: { ...DEBIAN_11, [`${ETC}/iptables.service`]: link(`${LIB}/netfilter-persistent.service`) },
      },
      {
        says: 'it is linked from a place where no other unit stands (systemctl link)',
        root: {
          [`${ETC}/iptables.service`]: link('/opt/iptables.service'),
          '/opt/iptables.service': firewall(),
          [`${ETC}/multi-user.target.wants/iptables.service`]: link('/opt/iptables.service'),
        },
      },
    ],
  },
  {
    code: 'followed-disabled',
    says: 'nothing but docker would start it',
    root: lib('iptables.service', firewall()),
    harm: { added: ['iptables.service'] },
    twins: [
      { says: 'it is enabled', root: HEALTHY },
      {
        says: 'an early target has it enabled',
        root: { ...lib('iptables.service', firewall()), ...pulledIn('iptables.service', 'sysinit.target') },
      },
      {
        says: 'it is enabled by an alias',
        root: {
          ...lib('fw.service', firewall()),
          [`${LIB}/iptables.service`]: link('fw.service'),
          ...pulledIn('iptables.service'),
        },
      },
      {
        says: 'docker is part of it and does not start it',
        root: lib('iptables.service', firewall()),
        relation: 'part-of',
      },
      {
        says: 'it is static, and an enabled unit requires it',
        root: {
          ...lib('iptables.service', firewall()),
          ...lib('rules.service', service('Requires=iptables.service')),
          ...pulledIn('rules.service'),
        },
      },
      {
        says: 'docker itself wants it already',
        root: {
          ...lib('iptables.service', firewall()),
          ...etc('docker.service.d/10.conf', '[Unit]\nWants=iptables.service\n'),
        },
      },
    ],
  },
  {
    code: 'followed-disabled',
    says: 'only a unit that is not enabled itself would start it',
    root: {
      ...lib('iptables.service', firewall()),
      ...lib('rules.service', service('Requires=iptables.service')),
    },
    harm: { added: ['iptables.service'] },
    twins: [],
  },
  {
    code: 'followed-disabled',
    says: 'the link that enabled it is masked',
    root: {
      ...lib('iptables.service', firewall()),
      [`${ETC}/multi-user.target.wants/iptables.service`]: link('/dev/null'),
    },
    harm: { added: ['iptables.service'] },
    twins: [],
  },
  {
    code: 'followed-disabled',
    says: 'it is enabled for the rescue mode only',
    root: { ...lib('iptables.service', firewall()), ...pulledIn('iptables.service', 'rescue.target') },
    harm: { added: ['iptables.service'] },
    twins: [],
  },
  {
    code: 'followed-missing',
    says: 'it exists, but what it requires does not',
    root: iptables(firewall('Requires=rules.service')),
    harm: noStart('Unit rules.service not found.'),
    twins: [{ says: 'it only wants what does not exist', root: iptables(firewall('Wants=rules.service')) }],
  },
  {
    code: 'followed-masked',
    says: 'what it requires is masked',
    root: {
      ...iptables(firewall('Requires=rules.service')),
      ...lib('rules.service', service()),
      [`${ETC}/rules.service`]: link('/dev/null'),
    },
    harm: noStart('Unit rules.service is masked.'),
    twins: [],
  },
]);
