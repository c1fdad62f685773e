import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { COMMAND, traced, whyNoStrace } from '../faults/strace.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { BUDGET } from './budget.js';

afterAll(removeTrees);

const ROOT = path.resolve('examples/centos-7');
const ARGV = ['docker', '--root', ROOT, '-n'];

/** The names of Node.js's own modules that a program has loaded when it ends. */
function modulesOf(argv: readonly string[]): string[] {
  const probe = `${makeRoot()}/probe.cjs`;
  fs.writeFileSync(
    probe,
    "process.on('exit', () => { require('fs').writeFileSync(process.env.PROBE, JSON.stringify(process.moduleLoadList)); });",
  );
  const env = { ...process.env, PROBE: `${probe}.json` };
  const { status } = spawnSync(process.execPath, ['--require', probe, ...argv], { env });
  expect(status).toBe(0);
  return fs.readJsonSync(`${probe}.json`) as string[];
}

test('one run loads no more of Node.js than its budget', () => {
  const empty = `${makeRoot()}/empty.cjs`;
  fs.writeFileSync(empty, '');
  const needed = new Set(modulesOf([empty]));
  const more = modulesOf([COMMAND, ...ARGV]).filter(
    (name) => name.startsWith('NativeModule') && !needed.has(name),
  );
  expect(more.length).toBeLessThanOrEqual(BUDGET.nodeModules);
  // What starts processes, asks people and runs threads is for other commands.
  expect(more.filter((name) => /child_process|readline|worker/.test(name))).toEqual([]);
});

test('the command is one file of ASCII, no larger than its budget', () => {
  const bytes = fs.readFileSync(COMMAND);
  expect(bytes.length).toBeLessThanOrEqual(BUDGET.bundle);
  expect(bytes.every((byte) => byte < 0x80)).toBe(true);
});

describeWhere(whyNoStrace(), 'one run', () => {
  test('opens no more than its budget, nothing twice, and looks at no more', async () => {
    const { status, calls } = await traced([COMMAND, ...ARGV], ROOT, ['openat', 'statx', 'readlink']);
    expect(status).toBe(0);
    const begin = calls.findIndex(({ line }) => line.includes('unit-patch.cjs'));
    expect(begin).toBeGreaterThan(0);
    const ours = calls.slice(begin);
    const opened = ours.filter(({ name }) => name === 'openat').map(({ line }) => line);
    const inRoot = opened.filter((line) => line.includes('ROOT'));
    // docker.service and iptables.service at least, and the directories that they lie in.
    expect(inRoot.length).toBeGreaterThan(3);
    expect(inRoot.length).toBeLessThanOrEqual(BUDGET.rootOpened);
    expect(new Set(inRoot).size).toBe(inRoot.length);
    expect(opened.length - inRoot.length).toBeLessThanOrEqual(BUDGET.filesOpened);
    const looks = ours.filter(({ name, line }) => name !== 'openat' && line.includes('ROOT'));
    expect(looks.length).toBeLessThanOrEqual(BUDGET.rootLooks);
  });
});
