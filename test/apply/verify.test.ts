import { afterAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { newComplaints } from '../../src/apply/verify.js';
import { findCommand } from '../../src/system/find-command.js';
import type { CommandResult } from '../../src/system/system.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

const said = (...lines: string[]): CommandResult => ({
  status: 1,
  stdout: '',
  stderr: lines.map((line) => `${line}\n`).join(''),
});

describe('nothing is new', () => {
  test.each<[string, string[], string[]]>([
    ['where nothing is said', [], []],
    ['what was said before', ['a: bad'], ['a: bad']],
    ['what is not said any more', ['a: bad', 'b: bad'], ['b: bad']],
    ['what comes in another order', ['a: bad', 'b: bad'], ['b: bad', 'a: bad']],
    [
      'complaints that differ in a pid, a time or an address',
      ['[12] at 10:00: 0x7f1a bad'],
      ['[4711] at 10:01: 0xbeef bad'],
    ],
    ['an empty line', ['a: bad'], ['', 'a: bad', '  ']],
    [
      'a cycle that is reported from another of its units',
      [
        'a.service: Found ordering cycle on b.service/start',
        'a.service: Found dependency on a.service/start',
        'a.service: Job b.service/start deleted to break ordering cycle starting with a.service/start',
      ],
      [
        'b.service: Found ordering cycle on a.service/start',
        'b.service: Found dependency on b.service/start',
        'b.service: Job a.service/start deleted to break ordering cycle starting with b.service/start',
      ],
    ],
  ])('%s', (_, before, after) => {
    expect(newComplaints(said(...before), said(...after))).toEqual([]);
  });
});

describe('new is', () => {
  test.each<[string, string[], string[], string[]]>([
    ['what was not said before', ['a: bad'], ['a: bad', 'a: worse'], ['a: worse']],
    ['what was said once and is said twice', ['a:3: bad'], ['a:3: bad', 'a:9: bad'], ['a:9: bad']],
    [
      'a cycle',
      [],
      [
        'a.service: Found ordering cycle on b.service/start',
        'a.service: Found dependency on a.service/start',
      ],
      ['b.service is in an ordering cycle', 'a.service is in an ordering cycle'],
    ],
    [
      'a unit that an old cycle did not have',
      ['a.service: Found ordering cycle on a.service/start'],
      ['a.service: Found ordering cycle: a.service/start after c.service/start'],
      ['c.service is in an ordering cycle'],
    ],
  ])('%s', (_, before, after, fresh) => {
    expect(newComplaints(said(...before), said(...after))).toEqual(fresh);
  });

  test('any output, on either stream', () => {
    expect(newComplaints(said(), { status: 0, stdout: 'a: bad\n', stderr: '' })).toEqual(['a: bad']);
  });
});

const analyze = findCommand('systemd-analyze');

describeWhere(analyze ? undefined : 'systemd-analyze is not installed', 'the real systemd-analyze', () => {
  const service = (unit: string): string => `[Unit]\n${unit}\n[Service]\nExecStart=/bin/true\n`;

  /** What is new for docker.service when it follows iptables.service, on top of these units. */
  function newFor(units: Record<string, string>): string[] {
    const root = makeRoot({ 'docker.service': service(''), 'iptables.service': service(''), ...units });
    const patched = makeRoot({
      'docker.service.d/50.conf': '[Unit]\nRequires=iptables.service\nAfter=iptables.service\n',
    });
    const verify = (unitPath: string): CommandResult =>
      spawnSync(String(analyze), ['verify', '--man=no', '--', 'docker.service', 'iptables.service'], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C', SYSTEMD_UNIT_PATH: unitPath },
      });
    const before = verify(`${root}:/usr/lib/systemd/system`);
    return newComplaints(before, verify(`${patched}:${root}:/usr/lib/systemd/system`));
  }

  test('has nothing against a plain patch', () => {
    expect(newFor({})).toEqual([]);
  });

  test('says nothing new about old problems of both units', () => {
    const bad = '[Unit]\nBogus=1\n[Service]\nExecStart=/nowhere/at/all\nBogus=2\n';
    expect(newFor({ 'docker.service': bad, 'iptables.service': bad })).toEqual([]);
  });

  test('sees that the unit could not be started any more', () => {
    expect(newFor({ 'iptables.service': service('Requires=nope.service') }).join()).toContain(
      'Unit nope.service not found',
    );
  });

  test('sees a cycle', () => {
    expect(newFor({ 'iptables.service': service('After=docker.service') })).toContain(
      'docker.service is in an ordering cycle',
    );
  });

  test('says nothing new about an old cycle, whichever unit it reports first', () => {
    const units = {
      'iptables.service': service('Requires=a.service\nAfter=a.service'),
      'a.service': service('Requires=b.service\nAfter=b.service'),
      'b.service': service('Requires=iptables.service\nAfter=iptables.service'),
    };
    const fresh = Array.from({ length: 5 }, () => newFor(units)).flat();
    // That docker.service has no start any more is new, and true.
    expect(fresh.filter((line) => line.includes('ordering cycle'))).toEqual([]);
  });
});
