import { expect, test } from '@jest/globals';
import { unitCall } from '../../../src/firewalls/commands/unit-calls.js';

test.each([
  ['/usr/bin/systemctl restart docker.service', 'restart', true],
  ['systemctl --no-block try-restart docker', 'try-restart', false],
  ['systemctl try-restart docker --no-block', 'try-restart', false],
  ['systemctl -q condrestart docker', 'try-restart', true],
  ['/bin/systemctl reload-or-restart nginx docker.service', 'reload-or-restart', true],
  ['/bin/systemctl --job-mode replace start -- docker', 'start', true],
  ['/usr/sbin/service docker restart', 'restart', true],
  ['/etc/init.d/docker force-reload', 'try-reload-or-restart', true],
  ['invoke-rc.d docker start', 'start', true],
])('%s: %s, waits: %p', (command, verb, waits) => {
  expect(call(command)).toEqual({ verb, waits });
});

test.each([
  '/usr/bin/systemctl stop docker',
  '/usr/bin/systemctl is-active docker',
  '/usr/bin/systemctl restart docker-proxy.service',
  '/usr/bin/systemctl --user restart docker',
  '/usr/bin/systemctl -H other restart docker',
  '/usr/bin/echo systemctl restart docker',
  '/etc/init.d/nginx restart',
  'docker restart docker',
  'systemctl constructor docker',
])('%s is none', (command) => {
  expect(call(command)).toBeUndefined();
});

test('a program that is not waited for does not wait', () => {
  expect(
    unitCall({ words: ['systemctl', 'start', 'docker'], program: 'systemctl', waits: false }, [
      'docker.service',
    ]),
  ).toEqual({
    verb: 'start',
    waits: false,
  });
});

function call(command: string): ReturnType<typeof unitCall> {
  const words = command.split(' ');
  const program = (words[0] ?? '').replace(/.*\//, '');
  return unitCall({ words, program, waits: true }, ['docker.service']);
}
