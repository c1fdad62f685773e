import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { holderOf, lockRoot, lockRoots } from '../../src/system/root-lock.js';
import { directory, fingerprint, link, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

const whyNoLocks = process.platform === 'linux' ? undefined : 'abstract sockets are of Linux';
const LIBRARY = pathToFileURL(path.resolve('dist/index.js')).href;

/** A process that locks a root, says so or that it has to wait, and never ends by itself. */
async function lockedBySomebody(root: string) {
  const program = `
    const { lockRoot } = await import('${LIBRARY}');
    await lockRoot(process.argv[1], { onWait: console.log });
    console.log('locked');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

describeWhere(whyNoLocks, 'the lock of a root', () => {
  test('keeps others waiting until it is released, and names the process that has it once', async () => {
    const root = makeRoot();
    const first = await lockRoot(root);
    const told: string[] = [];
    let isSecond = false;
    const second = lockRoot(root, { onWait: (why) => told.push(why) }).then((lock) => {
      isSecond = true;
      return lock;
    });
    while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect([first.isHeld, isSecond]).toEqual([true, false]);
    first.release();
    (await second).release();
    expect(told).toEqual([`another unit-patch (process ${process.pid}) is at work in ${root}; waiting`]);
  });

  test('is given up on after a while, and the error names the process that has it', async () => {
    const root = makeRoot();
    const lock = await lockRoot(root);
    await expect(lockRoot(root, { timeoutMs: 0 })).rejects.toMatchObject({
      code: 'locked',
      exitStatus: 2,
      message: `${root} is locked by process ${process.pid} of user ${process.geteuid?.() ?? ''}, for more than 0 s`,
      hint: expect.stringContaining(`ps -fp ${process.pid}`) as unknown as string,
    });
    lock.release();
  });

  test('is waited for anew when another process has got it: one after the other takes its time', async () => {
    const root = makeRoot();
    const { dev, ino } = fs.statSync(root);
    const first = await lockedBySomebody(root);
    const second = await lockedBySomebody(root);
    const end = Date.now() + 1000;
    const onWait = (): void => {
      first.kill('SIGKILL');
      while (
        holderOf(`unit-patch-${dev.toString(16)}-${ino.toString(16)}`)?.pid !== second.pid ||
        Date.now() <= end
      )
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      setTimeout(() => second.kill('SIGKILL'));
    };
    (await lockRoot(root, { timeoutMs: 1000, onWait })).release();
  });

  test('goes with a process that is killed, and leaves no file', async () => {
    const root = makeRoot();
    const before = fingerprint(root);
    const child = await lockedBySomebody(root);
    await expect(lockRoot(root, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'locked' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    (await lockRoot(root, { timeoutMs: 1000 })).release();
    expect(fingerprint(root)).toBe(before);
  });

  test('is that of the directory, by any path to it', async () => {
    const root = makeRoot({ there: directory, link: link('there') });
    const lock = await lockRoot(`${root}/there`);
    await expect(lockRoot(`${root}/./link`, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'locked' });
    (await lockRoot(root)).release();
    lock.release();
  });

  test('is taken once if a root is named twice, and not if there is no root', async () => {
    const root = makeRoot({ link: link('.') });
    const lock = await lockRoots([root, `${root}/link`, `${root}/nowhere`], { timeoutMs: 0 });
    expect(lock.isHeld).toBe(true);
    lock.release();
  });

  test('of several roots is released again if one of them cannot be had', async () => {
    const [free, taken] = [makeRoot(), makeRoot()];
    const lock = await lockRoot(taken);
    await expect(lockRoots([free, taken], { timeoutMs: 0 })).rejects.toMatchObject({ code: 'locked' });
    lock.release();
    (await lockRoots([free, taken], { timeoutMs: 0 })).release();
  });

  test('has no holder that could be named when nobody has it', () => {
    expect(holderOf('unit-patch-no-such-lock')).toBeUndefined();
  });
});

test('locking a directory that does not exist is a system error', async () => {
  await expect(async () => lockRoot('/nowhere/at/all')).rejects.toMatchObject({ code: 'ENOENT' });
  expect(fs.existsSync('/nowhere/at/all')).toBe(false);
});
