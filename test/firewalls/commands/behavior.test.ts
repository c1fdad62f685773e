import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../../src/files/open-root.js';
import { behaviorIn } from '../../../src/firewalls/commands/behavior.js';
import { loadUnit } from '../../../src/units/loader.js';
import { makeRoot, removeTrees, type Tree } from '../../helpers/tree.js';

afterAll(removeTrees);

/** What the last line of a service does. */
function behaviorOf(
  line: string,
  more: Tree = {},
): Record<'calls' | 'unknown' | 'fails' | 'runsFor', unknown> {
  const files = openRoot(
    makeRoot({ '/usr/lib/systemd/system/a.service': `[Service]\nExecStart=/bin/x\n${line}\n`, ...more }),
  );
  const unit = loadUnit(files, 'a.service');
  const setting = unit.directives.at(-1);
  if (!setting) throw new Error('no line');
  const { calls, unknown, fails, runsFor } = behaviorIn(files);
  return {
    calls: calls(unit, setting),
    unknown: unknown(unit, setting),
    fails: fails(unit, setting),
    runsFor: runsFor(unit, setting),
  };
}

describe('what a line asks of systemd', () => {
  test.each([
    [
      'ExecStopPost=-/usr/bin/systemctl --no-block try-restart docker.service',
      [{ verb: 'try-restart', units: ['docker.service'], waits: false }],
    ],
    [
      "ExecStartPost=/bin/sh -c 'systemctl stop a; systemctl start b c'",
      [
        { verb: 'stop', units: ['a'], waits: true },
        { verb: 'start', units: ['b', 'c'], waits: true },
      ],
    ],
    ['ExecStartPost=/usr/bin/systemctl --user restart docker', []],
    ['ExecStartPost=/usr/bin/systemctl is-active docker', []],
    ['ExecStop=/etc/init.d/fw stop', []],
  ])('%s', (line, calls) => {
    expect(behaviorOf(line).calls).toEqual(calls);
  });

  test('in a script that it names', () => {
    const script = '#!/bin/sh\niptables -F\nservice docker restart\n';
    expect(behaviorOf('ExecStop=/usr/local/sbin/fw', { '/usr/local/sbin/fw': script }).calls).toEqual([
      { verb: 'restart', units: ['docker'], waits: true },
    ]);
  });
});

describe('what a line asks of systemd is not known', () => {
  const python =
    '#!/usr/bin/python3\nimport subprocess\nsubprocess.run(["systemctl", "restart", "docker"])\n';

  test.each<[string, string, Tree, string | undefined]>([
    [
      'a script in another language that names systemctl',
      'ExecStop=/opt/fw',
      { '/opt/fw': python },
      'what /opt/fw asks of systemd is not understood',
    ],
    [
      'one that its reader is told to run',
      'ExecStop=/usr/bin/python3 -I /opt/fw',
      { '/opt/fw': python },
      'what /opt/fw asks of systemd is not understood',
    ],
    ['a directory in its place', 'ExecStop=/bin/sh /opt', { '/opt/x': '' }, '/opt cannot be read'],
    [
      'a script that a script calls',
      'ExecStop=/opt/fw',
      { '/opt/fw': '#!/bin/sh\n/opt/inner\n', '/opt/inner': '#!/bin/sh\nsystemctl restart docker\n' },
      'what /opt/inner asks of systemd is not understood',
    ],
    [
      'a script that names none',
      'ExecStop=/opt/fw',
      { '/opt/fw': '#!/usr/bin/python3\nprint(1)\n' },
      undefined,
    ],
    [
      'a shell script, which is read',
      'ExecStop=/opt/fw',
      { '/opt/fw': '#!/bin/sh\nsystemctl stop a\n' },
      undefined,
    ],
    ['a program', 'ExecStop=/opt/fw', { '/opt/fw': '\x7fELF systemctl' }, undefined],
    ['what is not there: a root may be part of a system', 'ExecStop=/opt/fw', {}, undefined],
    ['a tool that is known', 'ExecStop=/usr/bin/firewalld', { '/usr/bin/firewalld': python }, undefined],
  ])('%s', (_, line, tree, why) => {
    expect(behaviorOf(line, tree).unknown).toBe(why);
  });
});

test('a line fails if it runs false, unless that may fail; another command is taken to succeed', () => {
  expect(behaviorOf('ExecStop=/bin/false').fails).toBe(true);
  expect(behaviorOf('ExecStop=-/bin/false').fails).toBe(false);
  expect(behaviorOf('ExecStop=/bin/unknown').fails).toBe(false);
});

test('a process whose commands all end does not stay; of any other it is not known, so it stays', () => {
  expect(behaviorOf('ExecStop=/usr/sbin/iptables-restore /etc/rules').runsFor).toBe(0.3);
  expect(behaviorOf('ExecStop=/bin/sleep infinity').runsFor).toBeUndefined();
  expect(behaviorOf('ExecStop=/usr/bin/dockerd').runsFor).toBeUndefined();
});
