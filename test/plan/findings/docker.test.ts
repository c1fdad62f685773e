import { afterAll, expect, test } from '@jest/globals';
import { directory, link, removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB, planFor } from '../plan-for.js';
import { box, testFinding } from './cases.js';
import { dockerd } from './dockerd.js';

afterAll(removeTrees);

const daemon = (values: unknown): Tree =>
  box({ '/etc/docker/daemon.json': typeof values === 'string' ? values : JSON.stringify(values) });
const withFlags = (flags: string): Tree => box({ [`${LIB}/docker.service`]: dockerd(flags) });
const running = [
  { name: 'web', restartPolicy: 'no' },
  { name: 'db', restartPolicy: 'always' },
  { name: 'job', restartPolicy: 'no' },
];

const up = { isActive: (unit: string) => unit === 'docker.service' };

testFinding('no-live-restore', {
  'no daemon.json': { tree: box(), level: 'warn', says: 'those without a restart policy stay down' },
  'daemon.json says nothing of it': { tree: daemon({ debug: true }), level: 'warn' },
  'it is on': { tree: daemon({ 'live-restore': true }), level: 'none' },
  'it is on, by a flag': { tree: withFlags('--live-restore'), level: 'none' },
  'it is off, by a flag': { tree: withFlags('--live-restore=false'), level: 'warn' },
  'in another file': {
    tree: { ...withFlags('--config-file=/srv/d.json'), '/srv/d.json': '{"live-restore":true}' },
    level: 'none',
  },
  'daemon.json is broken': {
    tree: daemon('{'),
    level: 'warn',
    says: '/etc/docker/daemon.json is not valid JSON',
  },
  'daemon.json is empty': { tree: daemon(''), level: 'warn', says: 'is not valid JSON' },
  'daemon.json is a list': { tree: daemon('[]'), level: 'warn', says: 'holds no JSON object' },
  'daemon.json is a directory': {
    tree: box({ '/etc/docker/daemon.json': directory }),
    level: 'warn',
    says: 'cannot be read as a file',
  },
  'daemon.json is a link to nowhere': {
    tree: box({ '/etc/docker/daemon.json': link('/nowhere') }),
    level: 'warn',
  },
  'the unit is not docker': {
    tree: box({ [`${LIB}/myapp.service`]: dockerd('') }),
    name: 'myapp.service',
    follow: 'iptables.service',
    level: 'none',
  },
});

testFinding('containers-stay-down', {
  'those without a restart policy, by name': {
    tree: box(),
    facts: { ...up, containers: () => running },
    level: 'warn',
    says: 'nothing starts them again: web, job',
  },
  'all have one': { tree: box(), facts: { ...up, containers: () => running.slice(1, 2) }, level: 'none' },
  'live-restore keeps them': {
    tree: daemon({ 'live-restore': true }),
    facts: { ...up, containers: () => running },
    level: 'none',
  },
  'an image has none': { tree: box(), level: 'none' },
  'an engine that is down is not even asked: that would start it': {
    tree: box(),
    facts: {
      containers: () => {
        throw new Error('it was asked');
      },
    },
    level: 'none',
  },
  'the engine does not say': { tree: box(), facts: { ...up, containers: () => undefined }, level: 'none' },
});

testFinding('docker-writes-no-rules', {
  'iptables is off': { tree: daemon({ iptables: false }), level: 'info', says: 'nothing to do' },
  'iptables is off, by a flag': {
    tree: withFlags('--iptables=false'),
    level: 'info',
    says: `${LIB}/docker.service`,
  },
  'iptables is on': { tree: daemon({ iptables: true }), level: 'none' },
  'it is said of IPv6 only': { tree: daemon({ ip6tables: false }), level: 'none' },
  'it is said although a unit is named': {
    tree: daemon({ iptables: false }),
    follow: 'iptables.service',
    level: 'info',
  },
});

const withOptions = (setting: string, more: Tree = {}): Tree => ({
  ...box({ [`${LIB}/docker.service`]: `${dockerd('$DOCKER_OPTS $OPTIONS')}${setting}\n` }),
  ...more,
});

testFinding('docker-writes-no-rules', {
  'iptables is off in /etc/default/docker': {
    tree: withOptions('EnvironmentFile=-/etc/default/docker', {
      '/etc/default/docker': '# opts\nDOCKER_OPTS="--ip-masq=true --iptables=false"\n',
    }),
    level: 'info',
    says: '/etc/default/docker:2',
  },
  'in /etc/sysconfig/docker': {
    tree: withOptions('EnvironmentFile=/etc/sysconfig/docker', {
      '/etc/sysconfig/docker': "OPTIONS='--selinux-enabled --iptables=false'\n",
    }),
    level: 'info',
    says: '/etc/sysconfig/docker:1',
  },
  'in a drop-in of kubespray': {
    tree: withOptions('', {
      [`${ETC}/docker.service.d/docker-options.conf`]:
        '[Service]\nEnvironment="DOCKER_OPTS= --iptables=false \\\n--exec-opt native.cgroupdriver=systemd \\\n \\\n"\n',
    }),
    level: 'info',
    says: `${ETC}/docker.service.d/docker-options.conf:2`,
  },
  'a file that is read later takes it back': {
    tree: withOptions('EnvironmentFile=/etc/a\nEnvironmentFile=/etc/b', {
      '/etc/a': 'DOCKER_OPTS=--iptables=false\n',
      '/etc/b': 'DOCKER_OPTS=\n',
    }),
    level: 'none',
  },
  'a variable that no word names': { tree: withOptions('Environment=OPTS=--iptables=false'), level: 'none' },
  'in a shell': {
    tree: box({
      [`${LIB}/docker.service`]: '[Service]\nExecStart=/bin/sh -c "exec dockerd --iptables=false $OPTS"\n',
    }),
    level: 'info',
    says: `${LIB}/docker.service:2`,
  },
  'a shell that may take it back': {
    tree: box({
      [`${LIB}/docker.service`]: '[Service]\nExecStart=/bin/sh -c ". /x; dockerd --iptables=false $OPTS"\n',
    }),
    level: 'none',
  },
  'the last flag counts': { tree: withFlags('--iptables=false --iptables'), level: 'none' },
  'what stands behind -- is no flag': { tree: withFlags('-- --iptables=false'), level: 'none' },
  'a longer name': { tree: withFlags('--iptables-x=false --x--iptables=false'), level: 'none' },
  'a boolean takes no next word': { tree: withFlags('--iptables false'), level: 'none' },
  'daemon.json that does not count': {
    tree: { ...daemon({ iptables: false }), ...withFlags('--config-file /srv/d.json') },
    level: 'none',
  },
  'daemon.json with a byte order mark': { tree: daemon('\ufeff{"iptables":false}'), level: 'info' },
  ...Object.fromEntries(
    ['0', 'f', 'F', 'FALSE', 'False'].map((value) => [
      `Go reads ${value} as false`,
      { tree: withFlags(`--iptables=${value}`), level: 'info' } as const,
    ]),
  ),
  ...Object.fromEntries(
    ['1', 't', 'TRUE', 'no', 'off', ''].map((value) => [
      `Go does not read ${JSON.stringify(value)} as false`,
      { tree: withFlags(`--iptables=${value}`), level: 'none' } as const,
    ]),
  ),
});

testFinding('unknown-flags', {
  'a script that is not there': {
    tree: box({ [`${LIB}/docker.service`]: '[Service]\nExecStart=/opt/start-docker\n' }),
    level: 'info',
    says: `docker.service gets flags for dockerd in ${LIB}/docker.service:2`,
  },
  'a variable that only a run would tell': {
    tree: withOptions('PassEnvironment=OPTIONS'),
    level: 'info',
    says: `${LIB}/docker.service:3`,
  },
  'the flags are known': { tree: withOptions('Environment=OPTIONS=-D'), level: 'none' },
  'a variable that nothing sets': { tree: withOptions(''), level: 'none' },
  'what matters stands behind it': {
    tree: box({
      [`${LIB}/docker.service`]: `${dockerd('$O --iptables=false --config-file=/x')}PassEnvironment=O\n`,
    }),
    level: 'none',
  },
  'the unit is not docker': {
    tree: box({ [`${LIB}/myapp.service`]: '[Service]\nExecStart=/opt/start-it\n' }),
    name: 'myapp.service',
    follow: 'iptables.service',
    level: 'none',
  },
});

testFinding('no-live-restore', {
  'its flags are not known': {
    tree: box({ [`${LIB}/docker.service`]: '[Service]\nExecStart=/opt/start-docker\n' }),
    level: 'none',
  },
  'it is on in a file that a flag in the next word names': {
    tree: {
      ...daemon({ 'live-restore': false }),
      ...withFlags('--config-file "/srv/d e.json"'),
      '/srv/d e.json': '{"live-restore":true}',
    },
    level: 'none',
  },
});

test('docker that writes no rules need not follow anything, unless a unit is named', () => {
  expect(planFor(daemon({ iptables: false }))).toMatchObject({ changed: false, follow: null });
  expect(planFor(daemon({ iptables: false }), { follow: 'iptables.service' }).changed).toBe(true);
});
