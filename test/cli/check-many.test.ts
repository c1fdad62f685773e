import { afterAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { COMMAND } from '../faults/strace.js';
import { docker, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { directory, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const ARGV = ['check', 'docker', 'containerd.service', '--follow', 'iptables.service'];

/** Roots of five kinds that end with four statuses. */
function kindsOfRoots(): string[] {
  const lib = '/usr/lib/systemd/system';
  return [
    makeRoot(withFirewall()),
    makeRoot({ etc: directory }),
    makeRoot({ ...withFirewall(), [`${lib}/docker.service`]: link('/dev/null') }),
    makeRoot({ [`${lib}/docker.service`]: docker() }),
    `${makeRoot()}/nowhere`,
  ];
}

function manyOf(kinds: readonly string[]): string[] {
  return Array.from({ length: 160 }, (_, at) => kinds[(at * 7) % kinds.length] ?? '');
}

// The second of a kind is compared with the first, and gets its answer.
test('many roots get the lines that each gets by itself', async () => {
  const kinds = kindsOfRoots();
  const alone = new Map<string, string>();
  for (const root of kinds) {
    const { out } = await run([...ARGV, '--root', root]);
    alone.set(root, out.replace(/^(?=.)/gm, `${root}: `));
  }
  const roots = manyOf(kinds);
  const { out, err, status } = await run([...ARGV, ...roots.flatMap((root) => ['--root', root])]);
  expect(out).toBe(roots.map((root) => alone.get(root)).join(''));
  expect({ err, status }).toEqual({ err: '', status: 3 });
});

test('many roots get the documents that each gets by itself', async () => {
  const kinds = kindsOfRoots();
  const alone = new Map<string, unknown[]>();
  for (const root of kinds)
    alone.set(root, JSON.parse((await run([...ARGV, '--json', '--root', root])).out) as unknown[]);
  const roots = manyOf(kinds);
  const { out } = await run([...ARGV, '--json', ...roots.flatMap((root) => ['--root', root])]);
  expect(JSON.parse(out)).toEqual(roots.flatMap((root) => alone.get(root)));
});

test('a usage error is printed once', () => {
  const argv = [
    'check',
    'docker',
    '--force',
    'nothing',
    ...manyOf(kindsOfRoots()).flatMap((root) => ['--root', root]),
  ];
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...argv], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr.match(/--force nothing/g)).toHaveLength(1);
});
