import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { describeWhere } from '../helpers/where.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** Everything of the package, its top folders and files only. */
const TOP = ['CHANGELOG.md', 'LICENSE', 'README.md', 'README.zh-CN.md', 'dist', 'package.json', 'templates'];

test('the package holds what is needed, and nothing else', () => {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', makeRoot()];
  const stdio = ['ignore', 'pipe', 'ignore'] as const;
  const [packed] = JSON.parse(execFileSync('npm', args, { encoding: 'utf8', stdio: [...stdio] })) as {
    files: { path: string }[];
  }[];
  const files = (packed?.files ?? []).map((file) => file.path);
  expect([...new Set(files.map((name) => name.split('/')[0]))].sort()).toEqual(TOP);
  expect(files).toContain('dist/man/unit-patch.1');
  const kinds = files
    .filter((name) => name.startsWith('dist/'))
    .map((name) => name.replace(/^.*?(?=(?:\.d)?\.\w+$)/, ''));
  expect([...new Set(kinds)].sort()).toEqual(['.1', '.d.ts', '.js', '.json']);
});

/** Names every module that is loaded, as the loader itself does. */
const HOOK = `
import { register } from 'node:module';
import { writeSync } from 'node:fs';
const hooks = 'import{writeSync}from"node:fs";export async function load(u,c,n){writeSync(2,u+"\\\\n");return n(u,c)}';
register('data:text/javascript,' + encodeURIComponent(hooks));
await import(process.argv[1]);
`;

test('importing the library loads no yargs', () => {
  const index = path.resolve('dist/index.js');
  const script = ['--input-type=module', '-e', HOOK, `file://${index}`];
  const { stderr } = spawnModules(script);
  const loaded = stderr.split('\n').filter(Boolean);
  expect(loaded).toContain(`file://${index}`);
  expect(loaded.filter((url) => /yargs|\/cli\//.test(url))).toEqual([]);
});

describeWhere(
  spawnSync('strace', ['--version']).status === 0 ? undefined : 'strace is not installed',
  'importing the library',
  () => {
    /** The files that a script opens, each once. */
    const opened = (script: string): string[] => {
      const log = path.join(makeRoot(), 'log');
      const node = [process.execPath, '--input-type=module', '-e', script];
      execFileSync('strace', ['-f', '-o', log, '-e', 'trace=open,openat', ...node]);
      const calls = fs.readFileSync(log, 'utf8').matchAll(/open(?:at)?\([^"]*"([^"]+)".*\) = \d+/g);
      return [...new Set([...calls].map(([, file]) => file ?? ''))];
    };

    test('opens modules, and no other file', () => {
      const before = new Set(opened('0'));
      const files = opened(`await import('file://${path.resolve('dist/index.js')}')`);
      expect(files).toContain(path.resolve('dist/index.js'));
      const others = files.filter((file) => !before.has(file) && !/\.[cm]?js$|\/package\.json$/.test(file));
      // The kernel's own files tell node how much memory there is.
      expect(others.filter((file) => !/^\/(?:proc|sys)\//.test(file))).toEqual([]);
    });
  },
);

function spawnModules(args: readonly string[]): { stderr: string } {
  const stderr = execFileSync('sh', ['-c', 'exec "$0" "$@" 2>&1', process.execPath, ...args], {
    encoding: 'utf8',
  });
  return { stderr };
}
