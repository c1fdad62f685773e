import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync } from 'node:child_process';
import { type CommandWords, runCommand, startCommand } from '../../src/system/run-command.js';
import type { CommandResult } from '../../src/system/system.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

type Run = (line: CommandWords, timeoutMs: number) => CommandResult | Promise<CommandResult>;

const shell = (script: string): CommandWords => ['/bin/sh', '-c', script];

describe.each<[string, Run]>([
  ['runCommand()', runCommand],
  ['startCommand()', startCommand],
])('%s', (_, run) => {
  test('gives the status and all that was printed', async () => {
    const result = await run(shell('printf "a\\303\\244"; echo why >&2; exit 5'), 20_000);
    expect(result).toEqual({ status: 5, stdout: 'aä', stderr: 'why\n' });
  });

  test('leaves nothing to read on standard input', async () => {
    expect(await run(['/bin/cat'], 20_000)).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('gives the clean environment, and no other', async () => {
    process.env.UNIT_PATCH_TEST = 'x';
    const { stdout } = await run(['/usr/bin/env'], 20_000);
    Reflect.deleteProperty(process.env, 'UNIT_PATCH_TEST');
    expect(stdout).toContain('LC_ALL=C\n');
    expect(stdout).not.toContain('UNIT_PATCH_TEST');
  });

  test.each<[what: string, line: CommandWords, timeoutMs: number, why: string]>([
    ['is not there', ['no-such-command', 'x'], 20_000, 'no-such-command is not installed'],
    ['cannot be started', ['/nowhere/x', 'y'], 20_000, 'x y could not be started: '],
    ['a signal ends', shell('kill -SEGV $$'), 20_000, 'sh -c was ended by SIGSEGV'],
    [
      'refuses to end',
      shell('trap "" TERM; while :; do sleep 0.1; done'),
      200,
      'sh -c did not end within 0.2 s, and was killed',
    ],
    ['prints without end', ['yes', 'no'], 60_000, 'yes no printed without end, and was killed'],
  ])('has no status for a command that %s', async (_what, line, timeoutMs, why) => {
    const { status, stderr } = await run(line, timeoutMs);
    expect(status).toBeNull();
    expect(stderr).toContain(why);
  });
});

describe('a command in a group of its own', () => {
  test('has its status', async () => {
    expect((await startCommand(shell('exit 3'), 20_000, { isGroup: true })).status).toBe(3);
  });

  test('ends when its first process does, even if others still run', async () => {
    const fifo = `${makeRoot()}/fifo`;
    const script = `mkfifo ${fifo}; cat ${fifo} & exit 0`;
    expect((await startCommand(shell(script), 20_000, { isGroup: true })).status).toBe(0);
    fs.writeFileSync(fifo, '');
  });

  test('is killed with all that it started when the time is over', async () => {
    const fifo = `${makeRoot()}/fifo`;
    execFileSync('mkfifo', [fifo]);
    // Read to its end once nobody holds it open any more.
    const ended = fs.readFile(fifo, 'utf8');
    const script = `exec 3> ${fifo}; echo started >&3; sleep 600 & wait`;
    expect((await startCommand(shell(script), 1_000, { isGroup: true })).status).toBeNull();
    expect(await ended).toBe('started\n');
  });
});
