import { beforeAll, expect, test } from '@jest/globals';
import { buildSync } from 'esbuild';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Box } from './box.js';
import { cgroupsMount } from './requirements.js';
import { describeLab } from './generations.js';
import { GENERATIONS, makeTree } from './tree.js';

const KILLED = 128 + 9;

describeLab('a box', (suite) => {
  let tree: string;
  beforeAll(() => {
    tree = makeTree(suite);
  });

  test('boots within seconds, has a real dockerd, and keeps what was written when it boots again', async () => {
    const box = await Box.open([tree]);
    try {
      await box.write('/etc/before', 'x');
      const start = Date.now();
      expect(await box.boot()).toBe('running');
      expect(Date.now() - start).toBeLessThan(20_000);
      expect(await box.run('docker version --format {{.Server.Version}}')).toContain(
        GENERATIONS[suite].docker,
      );
      await box.write('/etc/after', 'y');
      await box.reboot();
      expect(await box.run('cat /etc/before /etc/after')).toBe('xy');
    } finally {
      await box.close();
    }
  }, 240_000);

  test('starts clean: two boxes of one tree do not see each other', async () => {
    const [one, other] = await Promise.all([Box.open([tree]), Box.open([tree])]);
    try {
      await one.write('/etc/mine', 'x');
      expect((await other.attempt('test -e /etc/mine')).status).toBe(1);
      expect(existsSync(join(tree, 'etc/mine'))).toBe(false);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  }, 240_000);

  test('says how a command ended, and does not wait for ever', async () => {
    const box = await Box.open([tree]);
    try {
      await box.boot();
      expect(await box.attempt('echo out; echo err >&2; exit 3')).toEqual({
        status: 3,
        stdout: 'out\n',
        stderr: 'err\n',
      });
      await expect(box.run('false')).rejects.toThrow('false: exit status 1');
      expect((await box.attempt('sleep 60', '', 0.2)).status).toBe(KILLED);
    } finally {
      await box.close();
    }
  }, 240_000);

  test('leaves no process, mount, cgroup or directory when it is closed', async () => {
    const box = await Box.open([tree]);
    await box.boot();
    await box.run('setsid sleep 600 >/dev/null 2>&1 &');
    expect(tracesOf(box.name).sort()).toEqual(['a cgroup', 'a directory', 'mounts', 'processes']);
    await box.close();
    expect(tracesOf(box.name)).toEqual([]);
  }, 240_000);

  test('leaves nothing when it cannot be set up', async () => {
    await expect(Box.open(['/nowhere'])).rejects.toThrow('cannot be set up');
  });

  const signals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
  test.each(signals)(
    'leaves nothing when the tests get %s',
    async (signal) => {
      const tests = boxInAnotherProcess(tree);
      const [name] = (await once(createInterface(tests.stdout), 'line')) as [string];
      expect(tracesOf(name)).toContain('processes');
      tests.kill(signal);
      for (let tries = 0; tracesOf(name).length > 0 && tries < 100; tries++) await sleep(50);
      expect(tracesOf(name)).toEqual([]);
    },
    60_000,
  );
});

/** What can be seen of a box on this machine, from outside. */
function tracesOf(name: string): string[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  const has = (file: string) => pids.some((pid) => readOrEmpty(`/proc/${pid}/${file}`).includes(name));
  const traces = {
    'a directory': existsSync(join('/tmp', name)),
    'a cgroup': existsSync(join(cgroupsMount() ?? '', name)),
    mounts: has('mounts'),
    processes: has('cgroup'),
  };
  return Object.entries(traces).flatMap(([trace, isThere]) => (isThere ? [trace] : []));
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Stands for a run of the tests that is killed in the middle. */
function boxInAnotherProcess(tree: string): ChildProcessByStdio<null, Readable, null> {
  const directory = mkdtempSync(join(tmpdir(), 'unit-patch-test-'));
  const outfile = join(directory, 'box.mjs');
  const contents = `
    import { Box } from './box.js';
    const box = await Box.open([process.argv[2]]);
    await box.boot();
    console.log(box.name);
    setInterval(() => undefined, 1000);
  `;
  buildSync({
    stdin: { contents, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // What is bundled with it may be CommonJS.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const child = spawn(process.execPath, [outfile, tree], { stdio: ['ignore', 'pipe', 'inherit'] });
  child.once('exit', () => {
    rmSync(directory, { recursive: true });
  });
  return child;
}
