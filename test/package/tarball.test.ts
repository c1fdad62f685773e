import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

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
  // Compiled code is not among them: it would run unchecked.
  expect([...new Set(kinds)].sort()).toEqual(['.1', '.cjs', '.d.ts', '.js', '.json']);
  const command = files.filter((name) => name.startsWith('dist/bin/'));
  expect(command).toContain('dist/bin/unit-patch.cjs');
  expect(command.filter((name) => !/\/[\w-]+\.cjs$/.test(name))).toEqual([]);
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

/** What the C library and V8 look at when they need it, whatever the script: before they give memory back, and for threads. */
const WHEN_NEEDED = /^\/(?:proc\/sys\/vm\/overcommit_memory$|sys\/devices\/system\/cpu\/|dev\/null$)/;

describeWhere(
  spawnSync('strace', ['--version']).status === 0 ? undefined : 'strace is not installed',
  'importing the library',
  () => {
    /** The paths that node hands to the kernel for a script, whether anything stands there or not, each once. */
    const asked = (script: string): string[] => {
      const log = path.join(makeRoot(), 'log');
      const node = [process.execPath, '--input-type=module', '-e', script];
      execFileSync('strace', ['-f', '-s', '4096', '-o', log, '-e', 'trace=%file', ...node]);
      const named = fs.readFileSync(log, 'utf8').matchAll(/^\d+ +\w+\([^"\n]*"([^"\n]+)"/gm);
      return [...new Set([...named].map(([, file]) => file ?? ''))];
    };
    /** What begins so is looked at for a module: ours, or one that a dependency brings. */
    const modules = ['dist/', 'node_modules/'].map((name) => path.resolve(name) + path.sep);
    const manifest = path.resolve('package.json');
    /** Links are looked for in each directory on the way. */
    const isAbove = (file: string): boolean =>
      modules.some((place) => place.startsWith(file.replace(/\/?$/, '/')));
    const unexplained = (script: string): string[] => {
      const known = new Set(asked("await import('data:text/javascript,')"));
      return asked(script).filter(
        (file) =>
          !known.has(file) &&
          !modules.some((place) => file.startsWith(place)) &&
          !isAbove(file) &&
          file !== manifest &&
          !WHEN_NEEDED.test(file),
      );
    };
    const script = `await import('file://${path.resolve('dist/index.js')}')`;

    test('looks at modules, and at no other file', () => {
      expect(asked(script)).toContain(path.resolve('dist/index.js'));
      expect(unexplained(script)).toEqual([]);
    });

    test('looks at no package but those that every plan needs', () => {
      const packages = asked(script).flatMap(
        (file) => /\/node_modules\/([^/]+)\/.*\.[cm]?js$/.exec(file)?.[1] ?? [],
      );
      const { dependencies } = fs.readJsonSync('package.json') as { dependencies: Record<string, string> };
      const needed = Object.keys(dependencies);
      expect([...new Set(packages)].sort()).toEqual(needed.sort());
    });

    test.each(['/etc/hostname', '/etc/systemd/system/docker.service', 'templates/docker/template.ini'])(
      'a look at %s would be seen',
      (file) => {
        expect(unexplained(`${script};(await import('node:fs')).existsSync('${file}')`)).toEqual([file]);
      },
    );
  },
);

function spawnModules(args: readonly string[]): { stderr: string } {
  const stderr = execFileSync('sh', ['-c', 'exec "$0" "$@" 2>&1', process.execPath, ...args], {
    encoding: 'utf8',
  });
  return { stderr };
}
