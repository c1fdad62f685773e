import { expect, test } from '@jest/globals';
import { startsUnit } from '../../src/plan/starts-unit.js';

test.each([
  ['/usr/bin/systemctl restart docker.service', true],
  ['-/usr/bin/systemctl --no-block try-restart docker', true],
  ['/bin/systemctl reload-or-restart nginx docker.service', true],
  ["/bin/sh -c 'sleep 1; systemctl restart docker'", true],
  ['/bin/sh -c "iptables -F && systemctl start docker"', true],
  ['/usr/sbin/service docker restart', true],
  ['/etc/init.d/docker force-reload', true],
  ['/usr/bin/systemctl stop docker', false],
  ['/usr/bin/systemctl is-active docker', false],
  ['/usr/bin/systemctl restart docker-proxy.service', false],
  ['/usr/bin/echo restart docker', false],
  ["/bin/sh -c 'systemctl restart nginx; docker start web'", false],
  ['/etc/init.d/nginx restart', false],
])('%s starts docker: %p', (command, expected) => {
  expect(startsUnit(command, ['docker.service'])).toBe(expected);
});
