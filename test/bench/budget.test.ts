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

/** Writes down what is loaded when a program ends. */
const PROBE = `process.on('exit', () => {
  const loaded = { modules: process.moduleLoadList, files: Object.keys(require.cache) };
  require('fs').writeFileSync(process.env.PROBE, JSON.stringify(loaded));
});`;

/** The names of Node.js's own modules that a program has loaded when it ends, and the files. */
function loadedBy(argv: readonly string[]): { readonly modules: string[]; readonly files: string[] } {
  const probe = `${makeRoot()}/probe.cjs`;
  fs.writeFileSync(probe, PROBE);
  const env = { ...process.env, PROBE: `${probe}.json` };
  const { status } = spawnSync(process.execPath, ['--require', probe, ...argv], { env });
  expect(status).toBe(0);
  return fs.readJsonSync(`${probe}.json`) as ReturnType<typeof loadedBy>;
}

test('one run loads no more of Node.js than its budget', () => {
  const empty = `${makeRoot()}/empty.cjs`;
  fs.writeFileSync(empty, '');
  const needed = new Set(loadedBy([empty]).modules);
  const more = loadedBy([COMMAND, ...ARGV]).modules.filter(
    (name) => name.startsWith('NativeModule') && !needed.has(name),
  );
  expect(more.length).toBeLessThanOrEqual(BUDGET.nodeModules);
  // What starts processes, asks people and runs threads is for other commands.
  expect(more.filter((name) => /child_process|readline|worker/.test(name))).toEqual([]);
});

test('one run reads three files of the command, no larger than their budget', () => {
  const directory = path.dirname(COMMAND);
  const read = loadedBy([COMMAND, ...ARGV]).files.filter((file) => file.startsWith(directory));
  expect(read).toHaveLength(3);
  const size = read.reduce((sum, file) => sum + fs.statSync(file).size, 0);
  expect(size).toBeLessThanOrEqual(BUDGET.bundle);
});

test('all files of the command are ASCII', () => {
  const directory = path.dirname(COMMAND);
  const files = fs.readdirSync(directory).filter((name) => name.endsWith('.cjs'));
  expect(files.length).toBeGreaterThan(3);
  const others = files.filter((name) =>
    fs.readFileSync(path.join(directory, name)).some((byte) => byte > 0x7f),
  );
  expect(others).toEqual([]);
});

describeWhere(whyNoStrace(), 'one run', () => {
  test('opens no more than its budget, nothing twice, and looks at no more', async () => {
    const { status, calls } = await traced([COMMAND, ...ARGV], ROOT, ['openat', 'statx', 'readlink']);
    expect(status).toBe(0);
    const begin = calls.findIndex(({ line }) => line.includes('unit-patch.cjs'));
    expect(begin).toBeGreaterThan(0);
    const ours = calls.slice(begin);
    // V8 looks at the processors when it needs to, whatever it runs.
    const opened = ours
      .filter(({ name, line }) => name === 'openat' && !line.includes('/sys/devices/system/cpu/'))
      .map(({ line }) => line);
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
