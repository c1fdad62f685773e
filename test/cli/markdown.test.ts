import { afterAll, expect, test } from '@jest/globals';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const markdown = ['--format', 'markdown'];

test('writes nothing with --dry-run, and stdout holds the comment alone', async () => {
  const root = makeRoot(withFirewall());
  const before = fingerprint(root);
  const { status, out, err } = await run(['docker', '--root', root, '-n', ...markdown]);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(/^#### `docker.service` will follow/);
  expect(out).toContain('is left as it is');
  expect(out).toContain('is restarted after it');
  expect(fingerprint(root)).toBe(before);
});

test('applies, says so, and reverts', async () => {
  const root = makeRoot(withFirewall());
  expect((await run(['docker', '--root', root, ...markdown, '--yes'])).out).toContain(
    `- done: write \`${OURS}\``,
  );
  expect((await run(['docker', '--root', root, ...markdown])).out).toContain('everything is in force');
  const { out } = await run(['revert', 'docker', '--root', root, ...markdown, '--yes']);
  expect(out).toContain('was reverted: one file was removed');
  expect(out.indexOf('is restarted after it')).toBeLessThan(out.indexOf('subgraph after'));
});

test('a refusal ends with 3, and is printed on both streams; a plan without need is a comment too', async () => {
  const refusal = await run([
    'docker',
    '--root',
    makeRoot(withFirewall()),
    '--follow',
    'gone.service',
    ...markdown,
  ]);
  expect(refusal.status).toBe(3);
  expect(refusal.out).toContain('**refused** `followed-missing`: `gone.service` does not exist here');
  expect(refusal.err).toContain('refused [followed-missing]');
  const { out } = await run(['docker', '--root', makeRoot(withFirewall('ufw.service')), ...markdown]);
  expect(out).toContain('has nothing to follow here');
  expect(out).toContain('**note** `no-need`');
});

test('several roots make one comment', async () => {
  const roots = [makeRoot(withFirewall()), makeRoot(withFirewall())];
  const { out } = await run(['docker', '-n', ...roots.flatMap((root) => ['--root', root]), ...markdown]);
  expect(out.match(/^### .*$/gm)).toEqual(roots.map((root) => `### \`${root}\``));
});

test.each([
  ['check', 'docker'],
  ['show', 'docker.service'],
  ['compare', 'docker'],
  ['doctor', 'docker'],
])('%s has no such format', async (...argv) => {
  const { status, err } = await run([...argv, ...markdown]);
  expect(status).toBe(2);
  expect(err).toContain('--format is text or json, not "markdown"');
});
