import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import fs from 'fs-extra';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { FarShell } from '../../../src/system/host/far-shell.js';
import { directory, makeRoot, removeTrees } from '../../helpers/tree.js';

afterAll(removeTrees);

const SOON = 20_000;

describe('FarShell', () => {
  let place: string;
  let started: ChildProcess[];
  let shell: FarShell;
  beforeEach(() => {
    place = `${makeRoot({ pipes: directory })}/pipes`;
    started = [];
    shell = shellOf(['sh', '-s']);
  });
  afterEach(() => {
    shell.close();
  });

  const shellOf = ([program = '', ...args]: readonly string[]): FarShell =>
    new FarShell(place, (stdio) => {
      const child = spawn(program, args, { stdio: [...stdio] });
      started.push(child);
      return child;
    });
  const run = (script: string, timeoutMs = SOON): ReturnType<FarShell['run']> => shell.run(script, timeoutMs);

  test('says what a script printed on either way, and its status', () => {
    expect(run('echo out; echo err >&2; exit 3')).toEqual({ status: 3, stdout: 'out\n', stderr: 'err\n' });
    expect(run('printf "without an end"')).toEqual({ status: 0, stdout: 'without an end', stderr: '' });
    expect(run('true')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('one shell runs them all, and none changes it for the next', () => {
    const first = run('cd /; FOO=1; exec sh -c "echo \\$PPID"');
    expect(run('echo "$FOO"; pwd')?.stdout).toBe(`\n${process.cwd()}\n`);
    expect(first?.stdout).toBe(run('exec sh -c "echo \\$PPID"')?.stdout);
    expect(started).toHaveLength(1);
  });

  test('a script that reads its input finds none, so what follows stays a script', () => {
    expect(run('read -r line; echo "<$line>"')?.stdout).toBe('<>\n');
    expect(run('echo still here')?.stdout).toBe('still here\n');
  });

  test('more than a pipe holds, in both directions at once', () => {
    const long = 'x'.repeat(300_000);
    const result = run(`echo ${long}; echo ${long} >&2`);
    expect([result?.stdout, result?.stderr]).toEqual([`${long}\n`, `${long}\n`]);
  });

  test('bytes that are no text, and what looks like an end', () => {
    expect(run("printf 'a\\0b\\nend-of-script-1 0\\n'")?.stdout).toBe('a\0b\nend-of-script-1 0\n');
  });

  test('nothing of a script runs unless all of it has arrived', () => {
    const half = `${place}/half`;
    expect(run(`: >${half}\nif true; then`)).toBeUndefined();
    expect(fs.existsSync(half)).toBe(false);
    expect(run('echo again')?.stdout).toBe('again\n');
    expect(started).toHaveLength(2);
  });

  test('one that hangs is killed, and the next has a new shell', () => {
    const hanging = `exec '${process.execPath}' -e 'setTimeout(String, 3000)'`;
    expect(run(`echo begun; ${hanging}`, 300)).toEqual({
      status: null,
      stdout: 'begun\n',
      stderr: 'it did not end within 0.3 s, and was killed',
    });
    expect(run('echo again')?.stdout).toBe('again\n');
  });

  test('one that prints without end is killed', () => {
    const result = run(`while :; do echo ${'yes'.repeat(30_000)}; done`);
    expect([result?.status, result?.stderr]).toEqual([null, 'it printed without end, and was killed']);
  });

  test('a shell that ends, or cannot be started, has no answer', () => {
    expect(run('kill -KILL $$')).toBeUndefined();
    shell = shellOf(['sh', '-c', 'exit 1']);
    expect(run('echo one')).toBeUndefined();
    shell = shellOf(['/nowhere/sh']);
    expect(run('echo one')).toBeUndefined();
  });

  test('one that cannot be started takes no other process along', async () => {
    const program = `${place}/program.mjs`;
    const text = `import { spawn } from 'node:child_process';
      import { FarShell } from './far-shell.js';
      const start = (stdio) => spawn('/nowhere/sh', [], { stdio });
      console.log(new FarShell(${JSON.stringify(place)}, start).run('echo one', 5000));`;
    const stdin = { contents: text, resolveDir: 'src/system/host' };
    buildSync({ stdin, outfile: program, bundle: true, platform: 'node', format: 'esm' });
    // It leads a process group, as a command of a terminal does.
    const child = spawn(process.execPath, [program], { detached: true });
    child.stdout.setEncoding('utf8');
    const [ended, printed] = [once(child, 'exit'), once(child.stdout, 'data')];
    expect(await ended).toEqual([0, null]);
    expect(await printed).toEqual(['undefined\n']);
  });

  test('its pipes have no names, and it ends when it is closed', async () => {
    run('true');
    expect(fs.readdirSync(place)).toEqual([]);
    const ended = new Promise((resolve) => started[0]?.once('exit', resolve));
    shell.close();
    await ended;
  });

  test('where no pipe can be made', () => {
    fs.removeSync(place);
    expect(() => run('true')).toThrow(
      expect.objectContaining({ code: 'no-pipe', message: expect.stringContaining(place), exitStatus: 2 }),
    );
  });
});
