import { afterAll, expect, test } from '@jest/globals';
import { dockerd } from './dockerd.js';
import { link, removeTrees, directory, type Tree } from '../../helpers/tree.js';
import { LIB, planFor } from '../plan-for.js';
import { box, testFinding } from './cases.js';

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
  'no daemon.json': { tree: box(), level: 'warn', says: 'only the running system knows' },
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

test('a docker that writes no rules needs to follow nobody, unless somebody names a unit', () => {
  expect(planFor(daemon({ iptables: false }))).toMatchObject({ changed: false, follow: null });
  expect(planFor(daemon({ iptables: false }), { follow: 'iptables.service' }).changed).toBe(true);
});
