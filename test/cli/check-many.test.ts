import { afterAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { COMMAND } from '../faults/strace.js';
import { docker, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { directory, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** More roots than one thread is given, of four kinds that end with four statuses. */
function manyRoots(): string[] {
  const lib = '/usr/lib/systemd/system';
  const kinds = [
    makeRoot(withFirewall()),
    makeRoot({ etc: directory }),
    makeRoot({ ...withFirewall(), [`${lib}/docker.service`]: link('/dev/null') }),
    makeRoot({ [`${lib}/docker.service`]: docker() }),
    `${makeRoot()}/nowhere`,
  ];
  return Array.from({ length: 160 }, (_, at) => kinds[(at * 7) % 5] ?? '');
}

// In this process there are no threads; the built command has them.
test.each([['text'], ['json']])(
  'many roots, checked in threads, come out as one by one: %s',
  async (format) => {
    const roots = manyRoots();
    const argv = [
      'check',
      'docker',
      'containerd.service',
      '--follow',
      'iptables.service',
      '--format',
      format,
    ];
    const input = roots.join('\n');
    const threads = spawnSync(process.execPath, [COMMAND, ...argv, '--roots-from', '-'], {
      input,
      encoding: 'utf8',
    });
    const one = await run([...argv, ...roots.flatMap((root) => ['--root', root])]);
    expect(threads.stdout).toBe(one.out);
    expect(threads.status).toBe(one.status);
    expect(threads.stderr).toBe('');
  },
);

test('a usage error is printed once', () => {
  const argv = ['check', 'docker', '--force', 'nothing', ...manyRoots().flatMap((root) => ['--root', root])];
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, ...argv], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr.match(/--force nothing/g)).toHaveLength(1);
});

test('nobody starts a thread by hand', () => {
  const { status, stderr } = spawnSync(process.execPath, [COMMAND, '--thread'], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toContain('unit-patch --help');
});
