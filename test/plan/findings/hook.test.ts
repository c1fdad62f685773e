import { afterAll } from '@jest/globals';
import { docker, enabled, firewall, systemctl } from '../../helpers/docker.js';
import { removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB } from '../plan-for.js';
import { box, type Case, testFinding } from './cases.js';

afterAll(removeTrees);

/** The same cases for the relation hook, in a root that has systemctl. */
const hooked = (cases: Readonly<Record<string, Case>>): Record<string, Case> =>
  Object.fromEntries(
    Object.entries(cases).map(([name, one]) => [
      `hook: ${name}`,
      { relation: 'hook', ...one, tree: { ...systemctl, ...one.tree } },
    ]),
  );

const onFirewall = (lines: string): Tree =>
  box({ [`${ETC}/iptables.service.d/x.conf`]: `[Service]\n${lines}\n` });
const onDocker = (lines: string): Tree =>
  box({ [`${ETC}/docker.service.d/x.conf`]: `[Service]\n${lines}\n` });
const without = (name: string): Tree =>
  Object.fromEntries(Object.entries(box()).filter(([path]) => !path.endsWith(name)));

testFinding(
  'restart-loop',
  hooked({
    'a command of the firewall that waits for docker waits for itself': {
      tree: onFirewall('ExecStartPost=-/usr/bin/systemctl try-restart docker.service'),
      level: 'refuse',
      says: 'add --no-block',
    },
    'the same at a reload': { tree: onFirewall('ExecReload=/bin/systemctl restart docker'), level: 'refuse' },
    'the same inside a shell': {
      tree: onFirewall("ExecStopPost=/bin/sh -c 'sleep 1; service docker restart'"),
      level: 'refuse',
    },
    'one that does not wait is what a hook is': {
      tree: onFirewall('ExecStartPost=-/usr/bin/systemctl --no-block try-restart docker.service'),
      level: 'none',
    },
    'docker restarts its firewall, which restarts docker': {
      tree: onDocker('ExecStartPost=/usr/bin/systemctl --no-block restart iptables'),
      level: 'refuse',
      says: `ExecStartPost= of docker.service (${ETC}/docker.service.d/x.conf:2)`,
    },
    'docker reloads its firewall, which restarts docker': {
      tree: {
        ...onDocker('ExecStartPost=/usr/bin/systemctl --no-block reload iptables'),
        [`${ETC}/iptables.service.d/x.conf`]: '[Service]\nExecReload=/usr/sbin/fw reload\n',
      },
      level: 'refuse',
    },
    'docker starts its firewall, which is up already': {
      tree: onDocker('ExecStartPre=/usr/bin/systemctl start iptables'),
      level: 'none',
    },
    'docker starts its firewall, which is never up already': {
      tree: {
        ...onDocker('ExecStartPre=/usr/bin/systemctl start iptables'),
        [`${LIB}/iptables.service`]: firewall().replace('RemainAfterExit=yes\n', ''),
      },
      level: 'refuse',
    },
    'no command at all': { tree: box(), level: 'none' },
  }),
);

const LIMITED = { [`${LIB}/docker.service`]: docker('StartLimitBurst=3\nStartLimitIntervalSec=60') };

testFinding('start-limit', {
  ...hooked({ 'it is lifted': { tree: box(LIMITED), level: 'none' } }),
  'the way out is named': {
    tree: box(LIMITED),
    level: 'warn',
    says: 'lift that limit with --no-start-limit',
  },
  'and is one': { tree: box(LIMITED), noStartLimit: true, level: 'none' },
  'and is one for part-of': { tree: box(LIMITED), relation: 'part-of', noStartLimit: true, level: 'none' },
  // ratelimit_below(): what never ends never forgets.
  'an interval without end is the hardest limit of all': {
    tree: box({ [`${LIB}/docker.service`]: docker('StartLimitBurst=3\nStartLimitIntervalSec=infinity') }),
    level: 'warn',
    says: 'more than 3 restarts of iptables.service in infinity',
  },
});

testFinding(
  'reload-not-covered',
  hooked({ 'a reload is followed': { tree: onFirewall('ExecReload=/usr/sbin/fw reload'), level: 'none' } }),
);

testFinding(
  'hook-needs-service',
  hooked({
    'a target runs no command': {
      tree: box({ [`${LIB}/network.target`]: '[Unit]\n' }),
      follow: 'network.target',
      level: 'refuse',
      says: 'part-of',
    },
    'a target that is not there is no way out by another relation either': {
      tree: box(),
      follow: 'network.target',
      level: 'refuse',
      says: 'follow a service',
    },
    'a service does': { tree: box(), level: 'none' },
    'for another relation nothing is to be run': {
      tree: box(),
      follow: 'network.target',
      relation: 'part-of',
      level: 'none',
    },
  }),
);

testFinding(
  'followed-missing',
  hooked({
    'there is nothing to lay a drop-in over': { tree: box(), follow: 'gone.service', level: 'refuse' },
    'it is there': { tree: box(), level: 'none' },
  }),
);

testFinding(
  'followed-masked',
  hooked({
    'a drop-in of a masked unit does nothing': {
      tree: { ...without('/iptables.service'), [`${ETC}/iptables.service`]: { link: '/dev/null' } },
      follow: 'iptables.service',
      level: 'refuse',
    },
  }),
);

testFinding(
  'followed-disabled',
  hooked({
    'nothing starts it, and a hook does not either': {
      tree: {
        [`${LIB}/docker.service`]: docker(),
        [`${LIB}/iptables.service`]: firewall(),
      },
      follow: 'iptables.service',
      level: 'none',
    },
  }),
);

testFinding(
  'followed-not-staying',
  hooked({
    'each run of it restarts docker, and no start of docker runs it': {
      tree: box({ [`${LIB}/iptables.service`]: firewall().replace('RemainAfterExit=yes\n', '') }),
      level: 'none',
    },
  }),
);

testFinding(
  'followed-asserts',
  hooked({
    'docker starts without it': {
      tree: box({ [`${LIB}/iptables.service`]: firewall('AssertPathExists=/gone') }),
      level: 'warn',
    },
  }),
);

const rival = {
  [`${LIB}/firewalld.service`]: docker('Conflicts=iptables.service'),
  ...enabled('firewalld.service'),
};

testFinding(
  'rival-firewall',
  hooked({ 'a start of docker starts no firewall': { tree: box(rival), level: 'none' } }),
);

testFinding(
  'two-firewalls',
  hooked({
    'a restart of either has no job for the other': {
      tree: box({ ...rival, [`${ETC}/docker.service.d/x.conf`]: '[Unit]\nPartOf=firewalld.service\n' }),
      level: 'none',
    },
  }),
);

testFinding(
  'ordering-cycle',
  hooked({
    'the firewall waits for docker already': {
      tree: box({ [`${ETC}/iptables.service.d/x.conf`]: '[Unit]\nAfter=docker.service\n' }),
      level: 'refuse',
    },
    'also where no boot brings the two together': {
      tree: {
        [`${LIB}/docker.service`]: docker(),
        [`${LIB}/iptables.service`]: firewall('After=docker.service'),
      },
      follow: 'iptables.service',
      level: 'refuse',
    },
  }),
);

testFinding(
  'no-live-restore',
  hooked({
    'a reload and a stop cost the containers too': {
      tree: box(),
      level: 'warn',
      says: 'every restart, reload or stop of iptables.service',
    },
  }),
);
