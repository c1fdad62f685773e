import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import type { Change } from '../../src/plan/plan.js';
import { patchOf } from '../../src/report/patch.js';
import { addTo, fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';
import { change } from './plans.js';

afterAll(removeTrees);

/** The programs that people feed a patch to, each with what makes it check and apply one. */
const tools = [
  { name: 'git apply', check: ['git', 'apply', '--check', '-'], apply: ['git', 'apply', '-'] },
  {
    name: 'patch -p1',
    check: ['patch', '-p1', '--dry-run', '--force'],
    apply: ['patch', '-p1', '--force', '--no-backup-if-mismatch'],
  },
] as const;

const before = '[Unit]\nAfter=a.service\n\n[Service]\nUser=a\nGroup=b\nNice=1\nUMask=022\n';
const after = '[Unit]\nAfter=a.service\nAfter=b.service\n\n[Service]\nUser=a\nGroup=b\nNice=1\nUMask=077\n';

const directories: [what: string, directory: string][] = [
  ['a plain name', '/etc/systemd/system/docker.service.d'],
  ['"\\x2d" in its path', '/etc/systemd/system/dev-disk\\x2da.device.d'],
  ['"@" in its path', '/etc/systemd/system/foo@bar.service.d'],
  ['a space in its path', '/opt/my units/foo.service.d'],
  ['letters beyond ASCII in its path', '/opt/größe/foo.service.d'],
];

const changes: [action: string, before: string | null, after: string | null][] = [
  ['create', null, after],
  ['modify', before, after],
  ['delete', before, null],
  ['modify, with no newline at the end before', before.trimEnd(), after],
  ['modify, with no newline at the end after', before, after.trimEnd()],
  ['modify, with CR LF', before.replaceAll('\n', '\r\n'), after.replaceAll('\n', '\r\n')],
  ['modify, of an empty file', '', after],
  ['modify, in two places far apart', `a\n${'x\n'.repeat(30)}b\n`, `A\n${'x\n'.repeat(30)}B\n`],
];

function run([command, ...args]: readonly [string, ...string[]], cwd: string, input: string): string {
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: cwd, GIT_CONFIG_GLOBAL: '/dev/null', LC_ALL: 'C' };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, input, env, encoding: 'utf8' });
  return status === 0 ? 'accepted' : `${status}: ${stdout}${stderr}`;
}

function rootWith({ path, before: text }: Change): string {
  const root = makeRoot();
  if (text !== null) addTo(root, { [path]: text });
  return root;
}

for (const { name, check, apply } of tools) {
  const missing = spawnSync(check[0], ['--version']).status !== 0;
  describeWhere(missing ? `${check[0]} is not installed` : undefined, name, () => {
    describe.each(directories)('takes the patch of a file with %s', (_, directory) => {
      test.each(changes)('%s', (_action, old, wanted) => {
        const one = change(old, wanted, `${directory}/50-a.conf`);
        const root = rootWith(one);
        const state = fingerprint(root);
        expect(run(check, root, patchOf(one))).toBe('accepted');
        expect(fingerprint(root)).toBe(state);

        expect(run(apply, root, patchOf(one))).toBe('accepted');
        const target = `${root}${one.path}`;
        expect(fs.pathExistsSync(target) ? fs.readFileSync(target, 'utf8') : null).toBe(wanted);
        if (old === null) expect(fs.statSync(target).mode & 0o111).toBe(0);
      });
    });

    test('takes the patches of several files, one after the other', () => {
      const several = [
        change(null, after, '/etc/a'),
        change(before, after, '/etc/b'),
        change(before, null, '/etc/c'),
      ];
      const root = makeRoot({ 'etc/b': before, 'etc/c': before });
      expect(run(apply, root, several.map((one) => patchOf(one)).join(''))).toBe('accepted');
      expect(fs.readdirSync(`${root}/etc`).sort()).toEqual(['a', 'b']);
      expect(fs.readFileSync(`${root}/etc/b`, 'utf8')).toBe(after);
    });

    test('refuses the patch if the file has changed since', () => {
      const root = makeRoot({ 'etc/a': before.replace('UMask', 'Umask') });
      expect(run(check, root, patchOf(change(before, after, '/etc/a')))).not.toBe('accepted');
    });
  });
}

test('a patch reads as git would write it', () => {
  expect(patchOf(change(null, '[Unit]\nAfter=b\n', '/etc/a.conf'))).toBe(
    [
      'diff --git a/etc/a.conf b/etc/a.conf',
      'new file mode 100644',
      '--- /dev/null',
      '+++ b/etc/a.conf',
      '@@ -0,0 +1,2 @@',
      '+[Unit]',
      '+After=b',
      '',
    ].join('\n'),
  );
});

test('a patch shows three lines around each change', () => {
  const patch = patchOf(change('1\n2\n3\n4\n5\n6\n7\n8\n9\n', '1\n2\n3\n4\nx\n6\n7\n8\n9\n', '/a'));
  expect(patch.split('\n').filter((line) => line.startsWith(' '))).toEqual([
    ' 2',
    ' 3',
    ' 4',
    ' 6',
    ' 7',
    ' 8',
  ]);
});

test('with a prefix the paths of a patch lie below it', () => {
  const patch = patchOf(change('a\n', 'b\n', '/etc/a'), 'images/web');
  expect(patch).toContain('--- a/images/web/etc/a\n+++ b/images/web/etc/a\n');
});
