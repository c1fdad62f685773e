import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { applyPlan } from '../../src/apply/apply-plan.js';
import { openSystem } from '../../src/system/open-system.js';
import { OURS } from '../helpers/docker.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { FarMachine } from './far-machine.js';

afterAll(removeTrees);

/** It begins with a dot, so that systemd does not read it. */
const TEMPORARY = /(?<=^| )\.50-follow-firewall\.conf\.unit-patch-\d+-0{8}[0-9a-f]{12}\.tmp/;
const HOOK = '/etc/systemd/system/iptables.service.d/50-restart-docker.conf';

describe('the script that applies a plan on another machine', () => {
  test('it does what applyPlan() does here', async () => {
    const machine = new FarMachine();
    const plan = machine.plan('hook');
    const near = makeRoot();
    fs.copySync(machine.root, near);
    applyPlan(openSystem(near), plan);
    const lines = await machine.run(plan, { keeps: true });
    expect(lines).toEqual([
      'done\tcheck that no file has changed since the plan was made',
      'done\tmake /etc/systemd/system/docker.service.d',
      `done\twrite ${OURS}`,
      'done\tmake /etc/systemd/system/iptables.service.d',
      `done\twrite ${HOOK}`,
      'done\tset the SELinux label',
      'done\treload systemd',
      'done\tcheck that every file is as planned',
    ]);
    const files = machine.files;
    fs.removeSync(machine.root);
    fs.copySync(near, machine.root);
    expect(machine.files).toBe(files);
  });

  test('a file is written to the disk before it gets its name, and its directory afterwards', async () => {
    const machine = new FarMachine();
    await machine.run(machine.plan(), { keeps: true });
    const calls = machine.calls().filter((call) => !call.startsWith('systemctl'));
    expect(calls.map((call) => call.replace(TEMPORARY, 'TEMPORARY'))).toEqual([
      'mkdir -m 755 -- /etc/systemd/system/docker.service.d',
      'sync -- /etc/systemd/system',
      'chmod 644 TEMPORARY',
      'sync -- TEMPORARY',
      'ln -- TEMPORARY 50-follow-firewall.conf',
      'sync -- .',
      'rm -f -- TEMPORARY',
      `restorecon -- /etc/systemd/system/docker.service.d ${OURS}`,
    ]);
  });

  test.each([
    ['no answer', undefined],
    ['the answer no', false],
  ])('%s: everything is put back', async (_, keeps) => {
    const machine = new FarMachine();
    const before = machine.files;
    const lines = await machine.run(machine.plan('hook'), { ...(keeps === undefined ? {} : { keeps }) });
    expect(lines.filter((line) => !line.startsWith('done'))).toEqual([
      `undone\tremove ${HOOK}`,
      'undone\tremove /etc/systemd/system/iptables.service.d',
      `undone\tremove ${OURS}`,
      'undone\tremove /etc/systemd/system/docker.service.d',
      'undone\treload systemd with the old state',
    ]);
    expect(machine.files).toBe(before);
    expect(machine.calls().filter((call) => call === 'systemctl daemon-reload')).toHaveLength(2);
  });

  test('a file that has changed since the plan was made: nothing is done', async () => {
    const machine = new FarMachine();
    const plan = machine.plan();
    fs.appendFileSync(`${machine.root}/usr/lib/systemd/system/docker.service`, '# changed\n');
    const before = machine.files;
    const unit = '/usr/lib/systemd/system/docker.service';
    expect(await machine.run(plan, { keeps: true })).toEqual([
      `failed\tcheck that no file has changed since the plan was made\t${unit} has changed since the plan was made; plan again`,
    ]);
    expect(machine.files).toBe(before);
  });

  test.each(['systemctl', 'restorecon', 'mkdir', 'chmod'])(
    'if %s fails, everything is put back',
    async (name) => {
      const machine = new FarMachine();
      const before = machine.files;
      machine.failing(name, 'no luck');
      const lines = await machine.run(machine.plan('hook'), { keeps: true });
      expect(lines.find((line) => line.startsWith('failed'))).toMatch(/\tno luck$/);
      expect(lines.some((line) => line.startsWith('left'))).toBe(name === 'systemctl');
      expect(machine.files).toBe(before);
    },
  );

  test('what somebody else has written meanwhile is left alone', async () => {
    const machine = new FarMachine();
    const plan = machine.plan();
    fs.outputFileSync(`${machine.root}${OURS}`, 'somebody else\n');
    const lines = await machine.run(plan, { keeps: true });
    expect(lines).toEqual([expect.stringContaining(`${OURS} has changed since the plan was made`)]);
    expect(fs.readFileSync(`${machine.root}${OURS}`, 'utf8')).toBe('somebody else\n');
  });

  test('a revert removes the files and the directories that it leaves empty', async () => {
    const machine = new FarMachine();
    const before = machine.files;
    await machine.run(machine.plan('hook'), { keeps: true });
    const written = machine.files;
    const revert = machine.planRevert();
    await machine.run(revert);
    expect(machine.files).toBe(written);
    const lines = await machine.run(revert, { keeps: true });
    expect(lines).toContain('done\tremove /etc/systemd/system/docker.service.d, which is empty');
    expect(machine.files).toBe(before);
  });

  test('a watch is started once its files are loaded, and stopped before they go', async () => {
    const machine = new FarMachine();
    machine.isActive('docker.service');
    const lines = await machine.run(machine.plan('watch'), { keeps: true });
    expect(lines.filter((line) => line.endsWith('docker-rules.service')).at(-1)).toMatch(
      /^done\t(?:re)?start docker-rules\.service$/,
    );
    const reverted = await machine.run(machine.planRevert(), { keeps: true });
    expect(reverted[1]).toBe('done\tstop docker-rules.service');
  });

  // The lab breaks the connection at every kind of command.
  test.each([
    ['sync', 1],
    ['ln', 0],
    ['ln', 1],
    ['systemctl', 0],
  ] as const)('killed at a call of %s (%d): each file is as before or as planned', async (name, calls) => {
    const machine = new FarMachine();
    const plan = machine.plan('hook');
    await machine.run(plan, { keeps: true, killedBy: [name, calls] });
    for (const { path, after } of plan.changes) {
      const place = machine.root + path;
      const text = fs.existsSync(place) ? fs.readFileSync(place, 'utf8') : null;
      expect([null, after]).toContain(text);
    }
    // The next run has a plan for what is left, gets there, and takes away what the killed one has left beside it.
    await machine.run(machine.plan('hook'), { keeps: true });
    expect(machine.plan('hook').changed).toBe(false);
    if (name === 'sync') expect(machine.files).not.toContain('.tmp');
  });
});
