import { afterAll } from '@jest/globals';
import { docker, enabled, firewall } from '../../helpers/docker.js';
import { link, removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, testFinding } from './cases.js';

afterAll(removeTrees);

const third = (lines: string, name = 'my-rules.service'): Tree => ({ [`${LIB}/${name}`]: firewall(lines) });
const BETWEEN = 'After=docker.service\nBefore=iptables.service';
const service = (lines: string): string => `[Unit]\n${lines}\n[Service]\nExecStart=/bin/x\n`;

testFinding('ordering-cycle', {
  'no order at all': { tree: box(), level: 'none' },
  'the firewall waits for docker': {
    tree: box({ [`${LIB}/iptables.service`]: firewall('After=docker.service') }),
    level: 'refuse',
    says: `iptables.service waits for docker.service (iptables.service: After=docker.service, ${LIB}/iptables.service:2)`,
  },
  'docker goes before the firewall': {
    tree: box({ [`${ETC}/docker.service.d/first.conf`]: '[Unit]\nBefore=iptables.service\n' }),
    level: 'refuse',
    says: `${ETC}/docker.service.d/first.conf:2`,
  },
  'the firewall goes before docker': {
    tree: box({ [`${LIB}/iptables.service`]: firewall('Before=docker.service') }),
    level: 'none',
  },
  'through an enabled unit that docker does not pull in': {
    tree: box({ ...third(BETWEEN), ...enabled('my-rules.service'), ...enabled('docker.service') }),
    level: 'refuse',
    says: /iptables\.service waits for my-rules\.service \(.*:3\), my-rules\.service waits for docker\.service \(.*:2\)/,
  },
  'for PartOf= too': {
    tree: box({ ...third(BETWEEN), ...enabled('my-rules.service'), ...enabled('docker.service') }),
    relation: 'part-of',
    level: 'refuse',
  },
  'the third unit is not enabled': {
    tree: box({ ...third(BETWEEN), ...enabled('docker.service') }),
    level: 'none',
  },
  'the third unit is masked': {
    tree: box({
      ...third(BETWEEN),
      ...enabled('my-rules.service'),
      ...enabled('docker.service'),
      [`${ETC}/my-rules.service`]: link('/dev/null'),
    }),
    level: 'none',
  },
  'docker is not part of the boot that the third unit belongs to': {
    tree: box({ ...third(BETWEEN), ...enabled('my-rules.service') }),
    level: 'none',
  },
  'the third unit restarts with the firewall': {
    tree: box({ ...third(`${BETWEEN}\nPartOf=iptables.service`), ...enabled('my-rules.service') }),
    level: 'refuse',
    says: 'at a restart of iptables.service',
  },
  'through four units': {
    tree: box({
      ...third('After=docker.service\nBefore=b.service', 'a.service'),
      ...third('Before=c.service', 'b.service'),
      ...third('', 'c.service'),
      ...third('After=c.service\nBefore=iptables.service', 'd.service'),
      ...['a', 'b', 'c', 'd', 'docker'].reduce(
        (all, name) => ({ ...all, ...enabled(`${name}.service`) }),
        {},
      ),
    }),
    level: 'refuse',
    says: 'd.service waits for c.service',
  },
  'through a target that waits for what it pulls in': {
    tree: box({
      [`${LIB}/iptables.service`]: service('After=multi-user.target'),
      [`${ETC}/multi-user.target.wants/iptables.service`]: link('/dev/null'),
      [`${ETC}/graphical.target.wants/iptables.service`]: link(`${LIB}/iptables.service`),
      ...enabled('docker.service'),
    }),
    level: 'refuse',
    says: 'multi-user.target waits for docker.service (multi-user.target: After=docker.service, by DefaultDependencies=)',
  },
  'a target that wants both waits for both, unless one says otherwise': {
    tree: box({
      [`${LIB}/iptables.service`]: firewall('After=basic.target'),
      [`${ETC}/basic.target.wants/iptables.service`]: link(`${LIB}/iptables.service`),
      ...enabled('docker.service'),
    }),
    level: 'none',
  },
  'through a socket, by its name': {
    tree: box({
      [`${LIB}/iptables.service`]: firewall('After=x.service'),
      [`${LIB}/x.service`]: service(''),
      [`${LIB}/x.socket`]: '[Unit]\nAfter=docker.service\nDefaultDependencies=no\n[Socket]\nListenStream=1\n',
      [`${ETC}/multi-user.target.wants/x.socket`]: link(`${LIB}/x.socket`),
      ...enabled('x.service'),
      ...enabled('docker.service'),
    }),
    level: 'refuse',
    says: 'x.service waits for x.socket (x.socket: Before=x.service, by its name)',
  },
  'through a target that this root lacks, whose file is not named': {
    tree: box({
      [`${LIB}/docker.service`]: docker('DefaultDependencies=no\nBefore=paths.target'),
      ...enabled('docker.service'),
    }),
    level: 'refuse',
    says: 'basic.target waits for paths.target (basic.target: After=paths.target, as systemd ships it)',
  },
  'what docker requires waits for docker': {
    tree: box({
      [`${LIB}/docker.service`]: docker('Requires=helper.service'),
      [`${LIB}/helper.service`]: service(BETWEEN),
    }),
    level: 'refuse',
    says: 'at a start of docker.service',
  },
});
