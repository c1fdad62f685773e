import { docker, firewall } from '../helpers/docker.js';
import { link, type Tree } from '../helpers/tree.js';
import { ETC, LIB } from '../plan/plan-for.js';
import { judgeCases } from './judge-cases.js';
import { etc, iptables, lib, pulledIn, service } from './units.js';

const HEALTHY = iptables(firewall());

/** An enabled unit that is ordered after docker and before the firewall (people load rules for DOCKER-USER so). */
const rules = (order: string): Tree => ({
  ...lib('rules.service', service(order)),
  ...pulledIn('rules.service'),
});

// Without its socket, which is no early unit.
const EARLY_DOCKER: Tree = {
  [`${LIB}/docker.service`]: docker('DefaultDependencies=no\nBefore=sysinit.target'),
  ...pulledIn('docker.service', 'sysinit.target'),
  [`${ETC}/docker.socket`]: link('/dev/null'),
};

const CIRCLE = 'After=docker.service\nBefore=iptables.service';

const CYCLIC = 'Transaction order is cyclic. See system logs for details.';

/** The cycle that systemd finds at boot; a start of docker alone does not have it. */
const atBoot = (...units: string[]) => ({ bootCycle: units.sort() });

/** The cycle that a start of docker has as well, which fails therefore. */
const always = (...units: string[]) => ({
  cannotStart: CYCLIC,
  bootCycle: units.sort(),
  startCycle: units.sort(),
});

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
    root: { ...HEALTHY, ...rules(CIRCLE) },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [
      {
        says: 'the third unit is not enabled',
        root: { ...HEALTHY, ...lib('rules.service', service(CIRCLE)) },
      },
      {
        says: 'the third unit is masked',
        root: { ...HEALTHY, ...rules(CIRCLE), [`${ETC}/rules.service`]: link('/dev/null') },
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
          ...lib('rules.service', service(CIRCLE)),
          ...pulledIn('rules.service', 'graphical.target'),
        },
      },
      {
        says: 'the third unit is started only where another one fails',
        root: {
          ...HEALTHY,
          ...lib('rules.service', service(CIRCLE)),
          ...etc('docker.service.d/a.conf', '[Unit]\nOnFailure=rules.service\n'),
        },
      },
      {
        says: 'the third unit is started by its socket only',
        root: {
          ...HEALTHY,
          ...lib('rules.service', service(CIRCLE)),
          ...lib('rules.socket', '[Socket]\nListenStream=/run/r\n'),
          ...pulledIn('rules.socket', 'sockets.target'),
        },
      },
      {
        says: 'docker is part of a firewall that no boot starts',
        root: { ...lib('iptables.service', firewall()), ...rules(CIRCLE) },
        relation: 'part-of',
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'a third unit lies between, and docker is only part of the firewall',
    root: { ...HEALTHY, ...rules(CIRCLE) },
    relation: 'part-of',
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [],
  },
  {
    code: 'ordering-cycle',
    says: 'a third unit lies between that docker itself wants',
    root: {
      ...HEALTHY,
      ...lib('rules.service', service(CIRCLE)),
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
    root: { ...iptables(firewall('Wants=rules.service')), ...lib('rules.service', service(CIRCLE)) },
    harm: {
      ...atBoot('docker.service', 'iptables.service', 'rules.service'),
      startCycle: ['docker.service', 'iptables.service', 'rules.service'],
    },
    twins: [],
  },
  {
    code: 'ordering-cycle',
    says: 'five units lie between',
    root: {
      ...HEALTHY,
      ...chain('docker.service', ['a', 'b', 'c', 'd', 'e'], 'iptables.service'),
    },
    harm: atBoot(
      'docker.service',
      'iptables.service',
      'a.service',
      'b.service',
      'c.service',
      'd.service',
      'e.service',
    ),
    twins: [
      {
        says: 'one of the five has no file any more',
        root: without(
          { ...HEALTHY, ...chain('docker.service', ['a', 'b', 'c', 'd', 'e'], 'iptables.service') },
          `${LIB}/c.service`,
        ),
      },
      {
        says: 'one of the five is not enabled',
        root: without(
          { ...HEALTHY, ...chain('docker.service', ['a', 'b', 'c', 'd', 'e'], 'iptables.service') },
          `${ETC}/multi-user.target.wants/c.service`,
        ),
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
  {
    code: 'ordering-cycle',
    says: 'the third unit is pulled in three levels deep',
    root: {
      ...HEALTHY,
      ...lib('a.service', service('Requires=b.service')),
      ...pulledIn('a.service'),
      ...lib('b.service', service()),
      ...lib('rules.service', service(CIRCLE)),
      ...pulledIn('rules.service', 'b.service'),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [
      {
        says: 'the second level is not there',
        root: {
          ...HEALTHY,
          ...lib('a.service', service('Wants=b.service')),
          ...pulledIn('a.service'),
          ...lib('rules.service', service(CIRCLE)),
          ...pulledIn('rules.service', 'b.service'),
        },
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'the third unit is an instance of a template',
    root: {
      ...HEALTHY,
      ...lib('rules@.service', service(CIRCLE)),
      [`${ETC}/multi-user.target.wants/rules@v4.service`]: link(`${LIB}/rules@.service`),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules@v4.service'),
    twins: [
      { says: 'nobody starts an instance', root: { ...HEALTHY, ...lib('rules@.service', service(CIRCLE)) } },
    ],
  },
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
  {
    code: 'ordering-cycle',
    says: 'the boot that the administrator chose pulls the third unit in',
    root: {
      ...HEALTHY,
      ...lib('rules.service', service(CIRCLE)),
      ...pulledIn('rules.service', 'graphical.target'),
      [`${ETC}/default.target`]: link(`${LIB}/graphical.target`),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [],
  },
  // systemd sees that order only where it happens to load docker first: targets are loaded last name first.
  {
    code: 'ordering-cycle',
    says: 'the firewall waits for a target that is part of docker, and so waits for it',
    root: {
      ...iptables(firewall('After=a.target')),
      ...lib('a.target', '[Unit]\nPartOf=docker.service\n'),
      ...pulledIn('a.target'),
    },
    harm: atBoot('docker.service', 'iptables.service', 'a.target'),
    isOpen: true,
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
    isOpen: true,
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
    isOpen: true,
    twins: [],
  },
]);

/** Enabled services, each ordered after the one before it. */
function chain(first: string, names: readonly string[], last: string): Tree {
  const all = names.map((name, i) => {
    const before = i === names.length - 1 ? `\nBefore=${last}` : '';
    const after = i === 0 ? first : `${names[i - 1] ?? ''}.service`;
    return { ...lib(`${name}.service`, service(`After=${after}${before}`)), ...pulledIn(`${name}.service`) };
  });
  return Object.assign({}, ...all) as Tree;
}

function without(tree: Tree, path: string): Tree {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => name !== path));
}
