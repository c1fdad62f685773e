// Orders that somebody wrote down, in the two units themselves or in others that come with them.
import { firewall } from '../helpers/docker.js';
import { link, type Tree } from '../helpers/tree.js';
import { ETC, LIB } from '../plan/plan-for.js';
import { always, atBoot, CYCLE_ORDER, HEALTHY, rules } from './ordering-cycles.js';
import { judgeCases } from './judge-cases.js';
import { etc, iptables, lib, pulledIn, service } from './units.js';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

// Five enabled services, each ordered after the one before it, the first after docker, the last before the firewall.
const FIVE: Tree = NAMES.reduce(
  (tree, name, i) => ({
    ...tree,
    ...lib(`${name}.service`, service(`After=${NAMES[i - 1] ?? 'docker'}.service`)),
    ...pulledIn(`${name}.service`),
  }),
  iptables(firewall('After=e.service')),
);

judgeCases([
  {
    code: 'ordering-cycle',
    says: 'the firewall is ordered after docker',
    root: iptables(firewall('After=docker.service')),
    harm: always('docker.service', 'iptables.service'),
    twins: [
      {
        says: 'the firewall is ordered before docker already',
        root: iptables(firewall('Before=docker.service')),
      },
      {
        says: 'the firewall is ordered after another unit',
        root: iptables(firewall('After=dockerd.service')),
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'docker is ordered before the firewall',
    root: { ...HEALTHY, ...etc('docker.service.d/a.conf', '[Unit]\nBefore=iptables.service\n') },
    harm: always('docker.service', 'iptables.service'),
    twins: [
      {
        says: 'that drop-in is masked',
        root: {
          ...HEALTHY,
          [`${ETC}/docker.service.d/a.conf`]: link('/dev/null'),
          [`${LIB}/docker.service.d/a.conf`]: '[Unit]\nBefore=iptables.service\n',
        },
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'a firewall that only docker starts is ordered after docker',
    root: lib('iptables.service', firewall('After=docker.service')),
    harm: always('docker.service', 'iptables.service'),
    twins: [],
  },
  {
    code: 'ordering-cycle',
    says: 'a third unit lies between, which docker does not pull in (systemd-analyze verify misses it)',
    root: { ...HEALTHY, ...rules(CYCLE_ORDER) },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [
      {
        says: 'the third unit is not enabled',
        root: { ...HEALTHY, ...lib('rules.service', service(CYCLE_ORDER)) },
      },
      {
        says: 'the third unit is masked',
        root: { ...HEALTHY, ...rules(CYCLE_ORDER), [`${ETC}/rules.service`]: link('/dev/null') },
      },
      {
        says: 'the third unit is ordered the other way',
        root: { ...HEALTHY, ...rules('After=iptables.service\nBefore=docker.service') },
      },
      {
        says: 'the third unit is before both',
        root: { ...HEALTHY, ...rules('Before=docker.service iptables.service') },
      },
      {
        says: 'the third unit is enabled for another boot only',
        root: {
          ...HEALTHY,
          ...lib('rules.service', service(CYCLE_ORDER)),
          ...pulledIn('rules.service', 'graphical.target'),
        },
      },
      {
        says: 'the third unit says nothing to start',
        root: {
          ...HEALTHY,
          ...rules(CYCLE_ORDER),
          ...lib('rules.service', `[Unit]\n${CYCLE_ORDER}\n[Service]\nType=simple\n`),
        },
      },
      {
        says: 'the third unit is started only where another one fails',
        root: {
          ...HEALTHY,
          ...lib('rules.service', service(CYCLE_ORDER)),
          ...etc('docker.service.d/a.conf', '[Unit]\nOnFailure=rules.service\n'),
        },
      },
      {
        says: 'the third unit is started by its socket only',
        root: {
          ...HEALTHY,
          ...lib('rules.service', service(CYCLE_ORDER)),
          ...lib('rules.socket', '[Socket]\nListenStream=/run/r\n'),
          ...pulledIn('rules.socket', 'sockets.target'),
        },
      },
      {
        says: 'docker is part of a firewall that no boot starts',
        root: { ...lib('iptables.service', firewall()), ...rules(CYCLE_ORDER) },
        relation: 'part-of',
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'a third unit lies between, and docker is only part of the firewall',
    root: { ...HEALTHY, ...rules(CYCLE_ORDER) },
    relation: 'part-of',
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [],
  },
  {
    code: 'ordering-cycle',
    says: 'a third unit lies between that docker itself wants',
    root: {
      ...HEALTHY,
      ...lib('rules.service', service(CYCLE_ORDER)),
      ...etc('docker.service.d/a.conf', '[Unit]\nWants=rules.service\n'),
    },
    harm: {
      ...atBoot('docker.service', 'iptables.service', 'rules.service'),
      startCycle: ['docker.service', 'iptables.service', 'rules.service'],
    },
    twins: [],
  },
  {
    code: 'ordering-cycle',
    says: 'a third unit lies between that the firewall wants',
    root: { ...iptables(firewall('Wants=rules.service')), ...lib('rules.service', service(CYCLE_ORDER)) },
    harm: {
      ...atBoot('docker.service', 'iptables.service', 'rules.service'),
      startCycle: ['docker.service', 'iptables.service', 'rules.service'],
    },
    twins: [],
  },
  {
    code: 'ordering-cycle',
    says: 'five units lie between',
    root: FIVE,
    harm: atBoot('docker.service', 'iptables.service', ...NAMES.map((name) => `${name}.service`)),
    twins: [
      { says: 'one of the five has no file any more', root: without(FIVE, `${LIB}/c.service`) },
      {
        says: 'one of the five is not enabled',
        root: without(FIVE, `${ETC}/multi-user.target.wants/c.service`),
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'the two names of a path are aliases',
    root: {
      ...HEALTHY,
      [`${ETC}/fw.service`]: link(`${LIB}/iptables.service`),
      [`${ETC}/moby.service`]: link(`${LIB}/docker.service`),
      ...rules('After=moby.service\nBefore=fw.service'),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [
      {
        says: 'those names lead nowhere',
        root: { ...HEALTHY, ...rules('After=moby.service\nBefore=fw.service') },
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'only a drop-in of the third unit orders it so',
    root: {
      ...HEALTHY,
      ...rules('After=docker.service'),
      ...etc('rules.service.d/o.conf', '[Unit]\nBefore=iptables.service\n'),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [
      {
        says: 'that drop-in says so behind a broken header',
        root: {
          ...HEALTHY,
          ...rules('After=docker.service'),
          ...etc('rules.service.d/o.conf', '[Unit] # x\nBefore=iptables.service\n'),
        },
      },
    ],
  },
]);

function without(tree: Tree, path: string): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => name !== path));
}
