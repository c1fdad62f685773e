import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { OURS } from '../helpers/docker.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { type Commands, Machine } from './machine.js';

afterAll(removeTrees);

const DIRECTORY = '/etc/systemd/system/docker.service.d';
const stepsOf = ({ steps }: ReturnType<Machine['apply']>): string[] =>
  steps.map(({ step, outcome }) => `${outcome}: ${step}`);
const failureOf = ({ steps }: ReturnType<Machine['apply']>): string =>
  steps.find(({ outcome }) => outcome === 'failed')?.reason ?? '';

describe('a systemctl', () => {
  const bad: [what: string, commands: Commands, reason: string][] = [
    ['that fails', { reload: 'echo Access denied >&2; exit 1' }, 'Access denied'],
    ['that fails without a word', { reload: 'exit 3' }, 'systemctl daemon-reload ended with 3'],
    ['that hangs', { reload: 'exec sleep 60' }, 'daemon-reload did not end within 1 s, and was killed'],
    [
      'that hangs and cannot be asked to end',
      { reload: "trap '' TERM INT HUP; while :; do sleep 0.1; done" },
      'did not end within 1 s',
    ],
    ['that dies', { reload: 'kill -SEGV $$' }, 'systemctl daemon-reload was ended by SIGSEGV'],
    ['that prints without end', { reload: 'exec yes' }, 'printed without end, and was killed'],
    [
      'that lies: the unit is not loaded',
      { show: 'echo LoadState=not-found' },
      'docker.service is not-found',
    ],
    ['that lies: nothing is in force', { show: 'echo LoadState=loaded' }, 'does not list iptables.service'],
    ['that says nothing', { show: ':' }, 'docker.service is unknown'],
    ['that prints garbage', { show: 'head -c 5000 /dev/urandom' }, 'docker.service is unknown'],
    ['that hangs when it is asked', { show: 'exec sleep 60' }, 'systemctl show did not end'],
    ['that fails when it is asked', { show: 'echo no bus >&2; exit 1' }, 'no bus'],
  ];

  test.each(bad)('%s: the old state is restored, and loaded again', (_, commands, reason) => {
    // It recovers, as it would if our drop-in was the reason.
    const reload = `if [ $CALLS = 1 ]; then ${commands.reload ?? ':'}; fi`;
    const machine = new Machine({ ...commands, reload });
    const before = machine.state();
    const application = machine.apply();
    expect(application).toMatchObject({ ok: false, notRolledBack: [] });
    expect(failureOf(application)).toContain(reason);
    expect(machine.state()).toBe(before);
    expect(machine.calls().at(-1)).toBe('systemctl daemon-reload before');
  });

  test.each(bad.slice(0, 6))(
    '%s for ever: the old files are restored, and the rest is named',
    (_, commands) => {
      const machine = new Machine(commands);
      const before = machine.state();
      expect(machine.apply().notRolledBack).toEqual([
        expect.stringMatching(/^reload systemd with the old state: /),
      ]);
      expect(machine.state()).toBe(before);
    },
  );

  const noSystemctl = makeRoot({ file: '#!/bin/sh\n' });
  test.each([
    ['that is not there', '/nowhere/systemctl', 'ENOENT'],
    ['that may not be run', `${noSystemctl}/file`, 'EACCES'],
    ['that is a directory', noSystemctl, 'EACCES'],
  ])('%s: the old files are there', (_, systemctl, reason) => {
    const machine = new Machine();
    const before = machine.state();
    const application = machine.apply('requires', systemctl);
    expect(application.ok).toBe(false);
    expect(failureOf(application)).toContain(`could not be started: spawnSync ${systemctl} ${reason}`);
    expect(machine.state()).toBe(before);
  });
});

describe('systemd-analyze verify', () => {
  const COMPLAINT = 'echo "docker.service:7: Unknown key" >&2';

  test('is asked of both units, before anything is written and when systemd has loaded it', () => {
    const machine = new Machine({ 'systemd-analyze': ':' });
    expect(stepsOf(machine.apply()).slice(-4)).toEqual([
      'done: reload systemd',
      'done: check that systemd has loaded it',
      'done: check that systemd-analyze verify reports nothing new',
      'done: check that every file is as planned',
    ]);
    expect(machine.calls().filter((call) => !call.startsWith('systemctl show'))).toEqual([
      'systemd-analyze verify --man=no -- docker.service iptables.service before',
      'systemctl daemon-reload after',
      'systemd-analyze verify --man=no -- docker.service iptables.service after',
    ]);
  });

  test('may repeat its old complaints', () => {
    expect(new Machine({ 'systemd-analyze': `${COMPLAINT}; exit 1` }).apply().ok).toBe(true);
  });

  test.each([
    ['complains of something new', `[ $when = before ] || ${COMPLAINT}`, 'docker.service:7: Unknown key'],
    ['hangs when all is written', '[ $when = before ] || exec sleep 60', 'verify did not end within 1 s'],
    ['dies when all is written', '[ $when = before ] || kill -ABRT $$', 'verify was ended by SIGABRT'],
  ])('%s: the old state is restored, and loaded again', (_, analyze, reason) => {
    const machine = new Machine({ 'systemd-analyze': analyze });
    const before = machine.state();
    const application = machine.apply();
    expect(application).toMatchObject({ ok: false, notRolledBack: [] });
    expect(failureOf(application)).toContain(reason);
    expect(machine.state()).toBe(before);
    expect(machine.calls().at(-1)).toBe('systemctl daemon-reload before');
  });

  const missesMount =
    '[ $when = before ] || echo "docker.service: Failed to create job: Unit srv.mount not found."';
  const AGREE =
    'printf "%s\\n" LoadState=loaded "Requires=iptables.service" "After=iptables.service" DropInPaths=$OURS_PATH';

  test.each([
    ['made by a generator', '/run/systemd/generator/srv.mount', true],
    ['of another directory', '/etc/systemd/system/srv.mount', false],
  ])('misses a unit %s, which systemd has loaded', (_, fragment, ok) => {
    const show = `echo FragmentPath=${fragment}; OURS_PATH=${OURS}; ${AGREE}`;
    const machine = new Machine({ 'systemd-analyze': missesMount, show });
    expect(machine.apply().ok).toBe(ok);
  });

  test.each([
    ['is not installed', undefined, 'it is not installed'],
    ['hangs', 'exec sleep 60', 'systemd-analyze verify did not end within 1 s, and was killed'],
    ['dies', 'kill -ABRT $$', 'systemd-analyze verify was ended by SIGABRT'],
  ])('%s: it is said, and done without', (_, analyze, why) => {
    const machine = new Machine(analyze === undefined ? {} : { 'systemd-analyze': analyze });
    const application = machine.apply();
    expect(application.ok).toBe(true);
    expect(stepsOf(application).at(-2)).toBe(`done: skip systemd-analyze verify: ${why}`);
  });

  test('is not asked if only a reload is missing', () => {
    const machine = new Machine({ 'systemd-analyze': ':' });
    machine.patchAsImage();
    expect(machine.apply().ok).toBe(true);
    expect(machine.calls().join()).not.toContain('verify');
  });
});

describe('where the machine has restorecon', () => {
  const LABEL = 'set the SELinux label';
  const labelled = (machine: Machine): string[] =>
    machine.calls().filter((call) => call.startsWith('restorecon'));

  test('a new file gets its label before systemd reads it', () => {
    const machine = new Machine({ restorecon: ':' });
    expect(stepsOf(machine.apply()).slice(2, 5)).toEqual([
      `done: write ${OURS}`,
      `done: ${LABEL}`,
      'done: reload systemd',
    ]);
    expect(labelled(machine)).toEqual([`restorecon -- ${DIRECTORY} ${OURS} after`]);
  });

  test('older files are not touched', () => {
    const machine = new Machine({ restorecon: ':' });
    fs.mkdirSync(machine.root + DIRECTORY);
    machine.apply();
    expect(labelled(machine)).toEqual([`restorecon -- ${OURS} after`]);
  });

  test('a restored file gets its label again', () => {
    const machine = new Machine({ restorecon: ':', reload: '[ $CALLS = 2 ]' });
    machine.patchAsImage();
    expect(machine.apply('part-of')).toMatchObject({ ok: false, notRolledBack: [] });
    expect(labelled(machine)).toEqual([`restorecon -- ${OURS} after`, `restorecon -- ${OURS} after`]);
  });

  test('and it fails, the old state is restored', () => {
    const machine = new Machine({ restorecon: 'echo no such label >&2; exit 255' });
    const before = machine.state();
    const application = machine.apply();
    expect(application.ok).toBe(false);
    expect(failureOf(application)).toBe('no such label');
    expect(machine.state()).toBe(before);
  });

  test('there is no such step elsewhere', () => {
    expect(stepsOf(new Machine().apply()).join()).not.toContain(LABEL);
  });
});
