// Which units a boot brings together: only those can close a cycle.
import { link } from '../helpers/tree.js';
import { ETC, LIB } from '../plan/plan-for.js';
import { atBoot, CYCLE_ORDER, HEALTHY } from './ordering-cycles.js';
import { judgeCases } from './judge-cases.js';
import { lib, pulledIn, service } from './units.js';

judgeCases([
  {
    code: 'ordering-cycle',
    says: 'the third unit is pulled in three levels deep',
    root: {
      ...HEALTHY,
      ...lib('a.service', service('Requires=b.service')),
      ...pulledIn('a.service'),
      ...lib('b.service', service()),
      ...lib('rules.service', service(CYCLE_ORDER)),
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
          ...lib('rules.service', service(CYCLE_ORDER)),
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
      ...lib('rules@.service', service(CYCLE_ORDER)),
      [`${ETC}/multi-user.target.wants/rules@v4.service`]: link(`${LIB}/rules@.service`),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules@v4.service'),
    twins: [
      {
        says: 'nobody starts an instance',
        root: { ...HEALTHY, ...lib('rules@.service', service(CYCLE_ORDER)) },
      },
    ],
  },
  {
    code: 'ordering-cycle',
    says: 'the boot that the administrator chose pulls the third unit in',
    root: {
      ...HEALTHY,
      ...lib('rules.service', service(CYCLE_ORDER)),
      ...pulledIn('rules.service', 'graphical.target'),
      [`${ETC}/default.target`]: link(`${LIB}/graphical.target`),
    },
    harm: atBoot('docker.service', 'iptables.service', 'rules.service'),
    twins: [],
  },
]);
