// Orders that nobody wrote down: systemd adds them by itself.
import { docker, firewall } from '../helpers/docker.js';
import { link, type Tree } from '../helpers/tree.js';
import { ETC, LIB } from '../plan/plan-for.js';
import { always, atBoot, CYCLIC, HEALTHY, rules } from './ordering-cycles.js';
import { judgeCases } from './judge-cases.js';
import { iptables, lib, pulledIn, service } from './units.js';

// Without its socket, which is no early unit.
const EARLY_DOCKER: Tree = {
  [`${LIB}/docker.service`]: docker('DefaultDependencies=no\nBefore=sysinit.target'),
  ...pulledIn('docker.service', 'sysinit.target'),
  [`${ETC}/docker.socket`]: link('/dev/null'),
};

judgeCases([
  {
    code: 'ordering-cycle',
    says: 'the firewall waits for the target that waits for docker',
    root: iptables(firewall('After=multi-user.target')),
    harm: atBoot('docker.service', 'iptables.service', 'multi-user.target'),
    twins: [
      {
        says: 'the firewall waits for a target that does not wait for docker',
        root: iptables(firewall('After=network.target')),
      },
      {
        says: 'that target has no order of its own',
        root: {
          ...iptables(firewall('After=multi-user.target')),
          [`${LIB}/multi-user.target`]:
            '[Unit]\nDefaultDependencies=no\nRequires=basic.target\nAfter=basic.target\nAllowIsolate=yes\n',
        },
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'docker is an early unit, and the firewall has the default order after sysinit.target',
    root: {
      ...HEALTHY,
      ...EARLY_DOCKER,
    },
    // A boot has a second cycle, through basic.target.
    harm: { cannotStart: CYCLIC, startCycle: ['docker.service', 'iptables.service', 'sysinit.target'] },
    twins: [
      {
        says: 'the firewall has no default order either',
        root: {
          ...iptables(firewall('DefaultDependencies=no')),
          ...EARLY_DOCKER,
        },
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'a service comes after its timer, which comes after docker',
    root: {
      ...HEALTHY,
      ...rules('Before=iptables.service'),
      ...lib('rules.timer', '[Unit]\nAfter=docker.service\n[Timer]\nOnBootSec=1\n'),
      ...pulledIn('rules.timer', 'timers.target'),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service', 'rules.timer'),
    twins: [
      {
        says: 'the timer starts another service',
        root: {
          ...HEALTHY,
          ...rules('Before=iptables.service'),
          ...lib('other.service', service()),
          ...lib('rules.timer', '[Unit]\nAfter=docker.service\n[Timer]\nOnBootSec=1\nUnit=other.service\n'),
          ...pulledIn('rules.timer', 'timers.target'),
        },
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'a service comes after its socket, which comes after docker',
    root: {
      ...HEALTHY,
      ...rules('Before=iptables.service'),
      ...lib(
        'rules.socket',
        '[Unit]\nDefaultDependencies=no\nAfter=docker.service\n[Socket]\nListenStream=/run/r\n',
      ),
      ...pulledIn('rules.socket'),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service', 'rules.socket'),
    twins: [],
  },
  {
    code: 'ordering-cycle',
    says: 'a service comes after its path unit, which comes after docker',
    root: {
      ...HEALTHY,
      ...rules('Before=iptables.service'),
      ...lib(
        'rules.path',
        '[Unit]\nDefaultDependencies=no\nAfter=docker.service\n[Path]\nPathExists=/run/r\n',
      ),
      ...pulledIn('rules.path'),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules.path', 'rules.service'),
    twins: [],
  },
  {
    code: 'ordering-cycle',
    says: 'the third unit is as early as the firewall itself',
    root: {
      ...iptables(firewall('DefaultDependencies=no\nAfter=rules.service')),
      ...rules('DefaultDependencies=no\nAfter=docker.service'),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [],
  },
  // systemd sees that order only if it happens to load docker first: targets are loaded last name first.
  {
    code: 'ordering-cycle',
    says: 'the firewall waits for a target that is part of docker, and so waits for it',
    root: {
      ...iptables(firewall('After=a.target')),
      ...lib('a.target', '[Unit]\nPartOf=docker.service\n'),
      ...pulledIn('a.target'),
    },
    harm: atBoot('docker.service', 'iptables.service', 'a.target'),
    twins: [
      {
        says: 'that target has no default order',
        root: {
          ...iptables(firewall('After=a.target')),
          ...lib('a.target', '[Unit]\nDefaultDependencies=no\nPartOf=docker.service\n'),
          ...pulledIn('a.target'),
        },
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'the firewall needs a directory whose mount waits for docker',
    root: {
      ...iptables(firewall('RequiresMountsFor=/srv/rules/v4')),
      ...lib(
        'srv-rules.mount',
        '[Unit]\nDefaultDependencies=no\nAfter=docker.service\n[Mount]\nWhat=/dev/sdx\nWhere=/srv/rules\n',
      ),
    },
    harm: always('docker.service', 'iptables.service', 'srv-rules.mount'),
    twins: [
      {
        says: 'the directory lies elsewhere',
        root: {
          ...iptables(firewall('RequiresMountsFor=/opt/rules/v4')),
          ...lib(
            'srv-rules.mount',
            '[Unit]\nDefaultDependencies=no\nAfter=docker.service\n[Mount]\nWhat=/dev/sdx\nWhere=/srv/rules\n',
          ),
          ...pulledIn('srv-rules.mount'),
        },
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'a slice waits for docker',
    root: {
      ...iptables(firewall().replace('[Service]', '[Service]\nSlice=fw.slice')),
      ...lib('fw.slice', '[Unit]\nDefaultDependencies=no\nAfter=docker.service\n'),
    },
    harm: always('docker.service', 'fw.slice', 'iptables.service'),
    twins: [],
  },
]);
