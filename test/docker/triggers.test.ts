import { describe, expect, test } from '@jest/globals';
import { packageAtWork, triggerOf } from '../../src/docker/triggers.js';

const line = (said: string): string => `1764061234.123456 ${said}`;

describe('who restarted a firewall, by the journal', () => {
  test.each([
    [
      'sudo[812]:    alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/usr/bin/systemctl restart iptables',
      'sudo, alice: systemctl restart iptables.service',
    ],
    [
      'sudo[812]: alice : PWD=/x ; USER=root ; COMMAND=/bin/systemctl --no-block reload iptables.service',
      'sudo, alice: systemctl reload iptables.service',
    ],
    ['CRON[77]: (root) CMD (systemctl restart iptables)', 'CRON, root: systemctl restart iptables.service'],
    [
      'systemd[1]: Started run-u7.service - /usr/bin/systemctl restart iptables.',
      'systemd: systemctl restart iptables.service',
    ],
    [
      'sudo[8]: bob : TTY=x ; COMMAND=/usr/sbin/service iptables restart',
      'sudo, bob: service restart iptables.service',
    ],
    [
      'python3[9]: ansible-ansible.builtin.systemd Invoked with name=iptables state=restarted token=geheim',
      'ansible: iptables.service restarted',
    ],
  ])('%s', (said, expected) => {
    expect(triggerOf(line(said), 'iptables.service')).toBe(expected);
  });

  test.each([
    'systemd[1]: Starting iptables.service - IPv4 firewall with iptables...',
    'sudo[1]: alice : COMMAND=/usr/bin/systemctl restart ip6tables',
    'sudo[1]: alice : COMMAND=/usr/bin/systemctl restart iptables-x',
    'sudo[1]: alice : COMMAND=/usr/bin/systemctl status iptables',
    'sudo[1]: alice : COMMAND=/usr/bin/systemctl restart x; echo iptables',
    'sudo[1]: bob : command not allowed ; TTY=pts/0 ; COMMAND=/usr/bin/systemctl restart iptables',
    'sudo[1]: bob : 3 incorrect password attempts ; TTY=x ; COMMAND=/usr/bin/systemctl restart iptables',
    'sudo[1]: bob : user NOT in sudoers ; TTY=x ; COMMAND=/usr/bin/systemctl restart iptables',
    'sshd[1]: systemctl',
    '',
  ])('%j is nobody', (said) => {
    expect(triggerOf(line(said), 'iptables.service')).toBeUndefined();
  });

  test('nothing else of the line is kept: it may hold a secret', () => {
    const said =
      'sudo[1]: alice : COMMAND=/usr/bin/env TOKEN=geheim systemctl restart iptables --root=geheim';
    expect(triggerOf(line(said), 'iptables.service')).not.toContain('geheim');
  });
});

describe('the package that was at work', () => {
  const log = [
    '2026-11-24 10:00:01 status unpacked netfilter-persistent:all 1.0.20',
    '2026-11-24 10:00:02 configure netfilter-persistent:all 1.0.20 <none>',
    '2026-11-24 10:00:30 configure zsh:amd64 5.9 <none>',
    '',
  ].join('\n');
  test.each<[string, string | undefined]>([
    ['2026-11-24 10:00:03 CET', 'dpkg: configure netfilter-persistent'],
    ['2026-11-24 10:00:02 UTC', 'dpkg: configure netfilter-persistent'],
    ['2026-11-24 10:00:40 UTC', undefined],
    ['2026-11-24 09:59:00 UTC', undefined],
    ['', undefined],
  ])('at %j: %s', (when, expected) => {
    expect(packageAtWork(log, { when })).toBe(expected);
  });
});
