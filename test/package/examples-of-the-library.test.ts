import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { run as runCommand } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const INDEX = fs.readFileSync('src/index.ts', 'utf8');

/** A function or class that the library exports, and the file that it comes from. */
interface Public {
  readonly name: string;
  readonly file: string;
}

/** What `src/index.ts` exports but types and constants. */
const functions: Public[] = [...INDEX.matchAll(/^export \{\s([^}]+?),?\s\} from '\.\/(.+)\.js';$/gm)].flatMap(
  ([, names = '', file = '']) =>
    names
      .split(/,\s+/)
      .map((name) => name.trim())
      .filter((name) => !/^type |^[A-Z_]+$/.test(name))
      .map((name) => ({ name, file: `src/${file}.ts` })),
);

/** The examples in the comment above a function or class. */
function examplesOf({ name, file }: Public): string[] {
  const source = fs.readFileSync(file, 'utf8');
  const at = new RegExp(`^export (?:async )?(?:function|class) ${name}\\b`, 'm').exec(source)?.index ?? 0;
  const comment = source.slice(source.lastIndexOf('/**', at), at);
  return [...comment.matchAll(/@example\n \* ```ts\n([^]*?) \* ```/g)].map(([, lines = '']) =>
    lines.replace(/^ \* ?/gm, ''),
  );
}

interface End {
  readonly status: number;
  readonly stderr: string;
}

/** Runs examples where a user would: the package is installed, and a copy of `examples/` lies beside each. */
function run(examples: readonly string[]): readonly End[] {
  const top = makeRoot({ 'node_modules/unit-patch': { link: process.cwd() } });
  const files = examples.map((example, at) => {
    const directory = path.join(top, String(at));
    // An example may write to it.
    fs.copySync('examples/centos-7', path.join(directory, 'examples/centos-7'));
    const file = path.join(directory, 'example.mjs');
    fs.writeFileSync(file, `import assert from 'node:assert/strict';\n${example}`);
    return file;
  });
  const argv = ['test/package/run-examples.js', ...files];
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as readonly End[];
}

describe('each public function has an example, and it is true', () => {
  const ends = new Map<string, End | undefined>();
  beforeAll(() => {
    const all = functions.flatMap(examplesOf);
    const ran = run(all);
    all.forEach((example, at) => ends.set(example, ran[at]));
  });

  test.each(functions)('$name', (one) => {
    const examples = examplesOf(one);
    expect(examples).not.toEqual([]);
    for (const example of examples) {
      expect(example).toContain('assert');
      expect(example).toContain(one.name === 'UnitPatchError' ? 'exitStatus' : one.name);
      expect(ends.get(example)).toEqual({ status: 0, stderr: '' });
    }
  });

  test('every function of the built library has one', async () => {
    const library = (await import(path.resolve('dist/index.js'))) as Record<string, unknown>;
    const built = Object.keys(library).filter((name) => typeof library[name] === 'function');
    expect(functions.map(({ name }) => name).sort()).toEqual(built.sort());
  });

  test('an example that is not true fails', () => {
    expect(run(['assert.equal(1, 2);', 'assert.equal(1, 1);'])).toEqual([
      { status: 1, stderr: expect.stringContaining('AssertionError') },
      { status: 0, stderr: '' },
    ]);
  });

  test('the example of the README, ten lines at most, plans, prints and applies', () => {
    const [, fence = ''] =
      /## As a library\n+```ts\n([^]*?)```/.exec(fs.readFileSync('README.md', 'utf8')) ?? [];
    expect(fence.trimEnd().split('\n').length).toBeLessThanOrEqual(10);
    const lines = [
      'const printed = [];',
      'console.log = (text) => printed.push(text);',
      fence.replace('/srv/image', 'examples/centos-7'),
      'assert.match(printed.join(), /^warn: .*\\n\\+Requires=iptables.service\\n.*,applied$/s);',
      "assert.equal(planPatch(system, { template: findTemplate('docker') }).changed, false);",
    ];
    expect(run([lines.join('\n')])).toEqual([{ status: 0, stderr: '' }]);
  });

  test('each default of a request is that of the command', async () => {
    const { findTemplate, openSystem, planPatch } = (await import(
      path.resolve('dist/index.js')
    )) as typeof import('../../src/index.js');
    const root = path.resolve('examples/centos-7');
    const { out } = await runCommand(['docker', '--root', root, '-n', '--json']);
    const plan = planPatch(openSystem(root), { template: findTemplate('docker') });
    expect(JSON.parse(out)).toMatchObject(JSON.parse(JSON.stringify(plan)) as object);
  });
});
