import { afterAll, describe, expect, test } from '@jest/globals';
import type { Proof } from '../../src/prove/proof.js';
import { FLUSHED, unit } from '../doctor/fake-machine.js';
import { noSystemd } from '../helpers/no-systemd.js';
import { run } from '../helpers/run.js';
import { complaints } from '../helpers/schemas.js';
import { removeTrees } from '../helpers/tree.js';
import { OLD } from '../prove/fake-watched-machine.js';
import { type Box, LOST, prove } from './run-prove.js';

afterAll(removeTrees);

describe('unit-patch prove', () => {
  test('docker follows its firewall: 0, the verdict, the outage and a timeline', async () => {
    const { status, out, err, machine } = await prove({}, '--yes');
    expect({ status, restarted: machine.restarted }).toEqual({ status: 0, restarted: ['iptables.service'] });
    expect(out).toMatch(/^proved: docker.service came through a restart of iptables.service/);
    expect(out).toMatch(/^outage: \d+ ms, by port 8080 of web, asked from this machine on 192.0.2.1$/m);
    expect(out).toMatch(/^ +0 ms {2}systemctl restart iptables.service$/m);
    expect(out).toMatch(/^rules back {7}(\d+) of \1$/m);
    expect(out).toContain('containers back  1 of 1\n');
    expect(err).toContain('docker.service is inactive\n');
  });

  test('docker does not: 1, the reason, and the way out', async () => {
    const { status, out, err } = await prove({ files: {}, course: LOST }, '--yes');
    expect(status).toBe(1);
    expect(err).toContain("warning docker's rules may be gone then");
    expect(out).toMatch(
      /^not proved: .* docker.service does not follow iptables.service \(missing: Requires=/,
    );
    expect(out).toContain(
      '  missing  iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE\n',
    );
    expect(out).toMatch(
      /\ncure\n {2}systemctl restart docker.service\n[^]*unit-patch docker\n[^]*unit-patch prove docker\n/,
    );
  });

  test('--json prints one document and no messages', async () => {
    const { status, out, err } = await prove({}, '--yes', '--json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(complaints(JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out) as Proof).toMatchObject({
      schema: 'unit-patch/prove@1',
      holds: true,
      unit: 'docker.service',
    });
  });

  test('so it does if the proof fails', async () => {
    const { out } = await prove({ files: {}, course: LOST }, '--yes', '--json');
    expect(complaints(JSON.parse(out))).toEqual([]);
    expect(JSON.parse(out) as Proof).toMatchObject({ holds: false, diagnosis: { state: 'broken' } });
  });

  test('it asks before it restarts anything, and "no" stops it', async () => {
    const { status, out, err, asked, machine } = await prove({ answer: 'n' });
    expect({ status, out, restarted: machine.restarted }).toEqual({ status: 1, out: '', restarted: [] });
    expect(asked).toBe('Restart iptables.service now? [y/N] ');
    expect(err).toContain('nothing was restarted');
  });

  test('and "yes" restarts', async () => {
    expect((await prove({ answer: 'y' })).status).toBe(0);
  });

  test('without a terminal it needs --yes', async () => {
    const { status, err, machine } = await prove({});
    expect({ status, restarted: machine.restarted }).toEqual({ status: 2, restarted: [] });
    expect(err).toContain('add --yes');
  });

  test('--probe measures by a command of your own', async () => {
    const { status, out } = await prove({}, '--yes', '--probe', 'docker exec web true');
    expect(status).toBe(0);
    expect(out).toMatch(/^outage: \d+ ms, by docker exec web true$/m);
  });
});

describe('a proof that cannot be tried ends with 2, and nothing is restarted', () => {
  const journal = (times: readonly number[]): string =>
    times.map((ago) => `${Date.now() / 1000 - ago}0 systemd[1]: Starting docker.service\n`).join('');
  const limited = { docker: `${OLD}StartLimitIntervalUSec=1min\nStartLimitBurst=3\n` };
  test.each<[string, Box, readonly string[], number, string]>([
    ['one who is not root', { isRoot: false }, [], 2, 'only root sees the rules in force'],
    [
      'a docker that is down',
      { before: { docker: unit('docker.service', 5, { ActiveState: 'inactive' }) } },
      [],
      2,
      'docker is not running',
    ],
    ['a daemon that hangs', { before: { version: null } }, [], 2, 'the daemon does not answer'],
    [
      'rules that are missing already',
      { before: { rules: FLUSHED } },
      [],
      2,
      'unit-patch doctor docker says more',
    ],
    [
      'a docker that is not there',
      { before: { docker: unit('docker.service', 5, { LoadState: 'not-found' }) } },
      [],
      2,
      'docker.service',
    ],
    [
      'a firewall that is not up',
      { before: { firewall: unit('iptables.service', 5, { ActiveState: 'inactive' }) } },
      [],
      2,
      'iptables.service is inactive',
    ],
    [
      'a docker that writes no rules',
      { files: { '/etc/docker/daemon.json': '{"iptables": false}' } },
      [],
      2,
      'docker writes no rules here',
    ],
    [
      'a firewall that docker need not follow',
      { files: { '/etc/systemd/system/multi-user.target.wants/iptables.service': '' } },
      ['--follow', 'a/b'],
      2,
      'a/b',
    ],
    [
      'a probe that fails before',
      { before: { answers: false } },
      ['--probe', 'false'],
      2,
      'the probe fails already: false',
    ],
    ['a time that is none', {}, ['--timeout', 'soon'], 2, '--timeout soon is not a number of seconds'],
    ['no time at all', {}, ['--timeout', '0'], 2, '--timeout 0'],
    ['a format that it has not', {}, ['--format', 'diff'], 2, '--format is text or json, not "diff"'],
    ['an image', {}, ['--root', '/'], 2, 'root'],
    [
      'a start limit that would trip',
      { before: { ...limited, journal: journal([20, 10, 5]) } },
      [],
      3,
      'docker.service was started 3 times within 60 s',
    ],
  ])('%s', async (_, box, args, status, message) => {
    const result = await prove(box, '--yes', ...args);
    expect({ status: result.status, out: result.out, restarted: result.machine.restarted }).toEqual({
      status,
      out: '',
      restarted: [],
    });
    expect(result.err).toContain(message);
  });

  test('a start limit with room left does not stop it', async () => {
    const before = { ...limited, journal: journal([70, 20, 5]) };
    expect((await prove({ before }, '--yes')).status).toBe(0);
  });

  test('a machine without systemd: the hint names no option that prove does not have', async () => {
    const { status, err } = await run(['prove', 'docker', '--yes'], { openSystem: noSystemd });
    expect(status).toBe(2);
    expect(err).toContain('prove needs the running machine: systemd is not running here');
    expect(err).not.toContain('--root');
  });

  test("another engine's rules are not known", async () => {
    const { status, err } = await run(['prove', 'myapp.service', '--yes']);
    expect(status).toBe(2);
    expect(err).toContain("prove knows docker's rules only");
  });
});
