import { describe, expect, test } from '@jest/globals';
import { stateLines } from '../../src/docker/journal.js';

const UNITS = ['docker.service', 'iptables.service', 'docker.socket'];
const kept = (said: string): string => stateLines(`1764244800.000001 ${said}\n`, UNITS);

describe('of the journal, what PID 1 says of the state of known units is kept', () => {
  test.each([
    ['Started iptables.service.', 'Started iptables.service.'],
    ['Started iptables.service - IPv4 firewall.', 'Started iptables.service.'],
    ['Starting iptables.service - IPv4 firewall with iptables...', 'Starting iptables.service...'],
    ['Finished iptables.service - x.', 'Finished iptables.service.'],
    ['Stopping docker.service - x...', 'Stopping docker.service...'],
    ['Reloaded iptables.service - x.', 'Reloaded iptables.service.'],
    ['Failed to start docker.service - x.', 'Failed to start docker.service.'],
    ['Dependency failed for docker.service - x.', 'Dependency failed for docker.service.'],
    ['Listening on docker.socket - Docker Socket for the API.', 'Listening on docker.socket.'],
    ['docker.service: Deactivated successfully.', undefined],
    ["docker.service: Failed with result 'exit-code'.", undefined],
    ['docker.service: Main process exited, code=exited, status=1/FAILURE', undefined],
    ['docker.service: Scheduled restart job, restart counter is at 3.', undefined],
    ['docker.service: Start request repeated too quickly.', undefined],
    ["Job docker.service/start failed with result 'dependency'.", undefined],
  ])('%s', (said, expected) => {
    expect(kept(`systemd[1]: ${said}`)).toBe(`1764244800.000001 systemd[1]: ${expected ?? said}\n`);
  });
});

describe('and nothing else, since it may hold a secret:', () => {
  test.each([
    '/etc/systemd/system/docker.service.d/p.conf:2: Invalid environment assignment, ignoring: HTTPS-PROXY=http://bob:hunter2@proxy',
    '/etc/systemd/system/docker.service.d/l.conf:3: Ignoring unknown escape sequences: "token=hunter2\\d"',
    'docker.service: Failed at step EXEC spawning /opt/x --token=hunter2: No such file or directory',
    'docker.service: Executing: /usr/bin/dockerd --token=hunter2',
    'docker.service: Status: hunter2',
    "docker.service: Failed with result 'hunter2 x'.",
    'docker.service: Main process exited, code=exited, status=1/FAILURE hunter2',
    'Started other.service - hunter2.',
    'Started hunter2 iptables.service.',
    'Started iptables.service hunter2.',
    'Started /usr/bin/x --token=hunter2.',
  ])('%s', (said) => {
    expect(kept(`systemd[1]: ${said}`)).toBe('');
  });

  test('what another process says, or a line without a time', () => {
    expect(kept('systemd[812]: Started iptables.service.')).toBe('');
    expect(kept('dockerd[1]: Started iptables.service.')).toBe('');
    expect(stateLines('systemd[1]: Started iptables.service.\n', UNITS)).toBe('');
  });
});
