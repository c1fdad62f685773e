import { afterAll, expect, test } from '@jest/globals';
import { openRoot } from '../../../src/files/open-root.js';
import { type DaemonFacts, daemonFacts } from '../../../src/firewalls/dockerd/daemon-json.js';
import { makeRoot, removeTrees, type Tree } from '../../helpers/tree.js';

afterAll(removeTrees);

const UNIT = '/usr/lib/systemd/system/docker.service';

function factsOf(tree: Tree): DaemonFacts {
  const template = { unit: 'docker.service', daemonFile: '/etc/docker/daemon.json' };
  return daemonFacts(openRoot(makeRoot(tree)), template);
}

const start = (flags: string, more = ''): Tree => ({
  [UNIT]: `[Service]\nExecStart=/usr/bin/dockerd ${flags}\n${more}\n`,
});

test('doctor takes what nothing sets as dockerd does', () => {
  expect(factsOf(start(''))).toEqual({
    writesRules: true,
    saidBy: '/etc/docker/daemon.json',
    keepsContainers: false,
    ip6tables: null,
    usesNftables: false,
    usesProxy: true,
  });
});

test.each([
  [
    'the file',
    {
      ...start(''),
      '/etc/docker/daemon.json':
        '{"live-restore":true,"ip6tables":false,"userland-proxy":false,"firewall-backend":"nftables"}',
    },
  ],
  ['flags', start('--live-restore --ip6tables=f --userland-proxy=0 --firewall-backend nftables')],
  [
    'variables',
    start(
      '$A ${B}',
      'Environment="A=--live-restore=1 --ip6tables=False --firewall-backend=nftables" B=--userland-proxy=FALSE',
    ),
  ],
])('doctor reads what a plan reads: %s', (_, tree) => {
  expect(factsOf(tree)).toMatchObject({
    keepsContainers: true,
    ip6tables: false,
    usesNftables: true,
    usesProxy: false,
  });
});

test('the line that says that it writes no rules is named', () => {
  const tree = {
    ...start('$DOCKER_OPTS', 'EnvironmentFile=/etc/default/docker'),
    '/etc/default/docker': '\nDOCKER_OPTS=--iptables=false\n',
  };
  expect(factsOf(tree)).toMatchObject({ writesRules: false, saidBy: '/etc/default/docker:2' });
});
