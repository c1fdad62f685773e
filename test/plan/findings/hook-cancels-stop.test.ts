import { afterAll, expect, test } from '@jest/globals';
import { firewall, systemctl } from '../../helpers/docker.js';
import { link, removeTrees, type Tree } from '../../helpers/tree.js';
import { ETC, LIB, planFor } from '../plan-for.js';
import { box, type Case, testFinding } from './cases.js';

afterAll(removeTrees);

const onDocker = (lines: string, more: Tree = {}): Tree =>
  box({ ...systemctl, [`${ETC}/docker.service.d/x.conf`]: `[Unit]\n${lines}\n`, ...more });
const third = (lines: string, service = 'ExecStart=/usr/bin/sleep infinity'): Tree => ({
  [`${LIB}/net.service`]: `[Unit]\n${lines}\n[Service]\n${service}\n`,
});
const hook = (tree: Tree, level: Case['level'], says = ''): Case => ({ tree, relation: 'hook', level, says });

testFinding('hook-cancels-stop', {
  'docker wants its firewall': hook(
    onDocker('Wants=iptables.service'),
    'refuse',
    `docker.service: Wants=iptables.service (${ETC}/docker.service.d/x.conf:2)`,
  ),
  'by a link': hook(
    onDocker('', { [`${ETC}/docker.service.wants/iptables.service`]: link(`${LIB}/iptables.service`) }),
    'refuse',
    `${ETC}/docker.service.wants/iptables.service`,
  ),
  // Measured on 257: what is stopped along with the firewall is started again, and starts it.
  'docker wants what requires its firewall': hook(
    onDocker('Wants=net.service', third('Requires=iptables.service')),
    'refuse',
    'net.service: Requires=iptables.service',
  ),
  'docker wants what wants its firewall and does not stay active': hook(
    onDocker('Wants=net.service', third('Wants=iptables.service', 'Type=oneshot\nExecStart=/bin/true')),
    'refuse',
  ),
  // Measured on 257 with sysinit.target: the start of what is up already is dropped, and all that it would start.
  'docker wants what wants its firewall and stays up': hook(
    onDocker('Wants=net.service', third('Wants=iptables.service')),
    'none',
  ),
  'docker is stopped along with its firewall': hook(onDocker('Requires=iptables.service'), 'none'),
  'docker comes after its firewall': hook(onDocker('After=iptables.service'), 'none'),
  'docker wants something else': hook(onDocker('Wants=network-online.target'), 'none'),
  'there is no hook': { tree: onDocker('Wants=iptables.service'), relation: 'part-of', level: 'none' },
  // Measured on 257: docker is down, and restart starts it.
  'a command that is there starts docker, which requires it': {
    tree: box({
      [`${ETC}/iptables.service.d/x.conf`]:
        '[Service]\nExecStopPost=/usr/bin/systemctl --no-block restart docker\n',
    }),
    level: 'refuse',
    says: 'use try-restart in place of restart',
  },
  'a command that is there leaves a stopped unit alone': {
    tree: box({
      [`${ETC}/iptables.service.d/x.conf`]:
        '[Service]\nExecStopPost=/usr/bin/systemctl --no-block try-restart docker\n',
    }),
    level: 'none',
  },
});

testFinding('restart-loop', {
  'docker wants a firewall that does not stay active, and each run of it restarts docker': hook(
    onDocker('Wants=iptables.service', {
      [`${LIB}/iptables.service`]: firewall().replace('RemainAfterExit=yes\n', ''),
    }),
    'refuse',
    'Wants=iptables.service of docker.service',
  ),
});

test('a stop that is cancelled is not called covered', () => {
  const { coverage } = planFor(onDocker('Wants=iptables.service'), { relation: 'hook' });
  expect(coverage.find(({ event }) => event === 'stop-start')).toEqual({
    event: 'stop-start',
    commands: ['systemctl stop iptables', 'systemctl start iptables'],
    outcome: 'not-restarted',
    text: 'the stop is cancelled: the restart of docker.service starts iptables.service again',
    why: [],
  });
});
