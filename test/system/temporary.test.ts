import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { rootPath } from '../../src/system/files.js';
import { openRoot } from '../../src/system/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import { temporaryName } from '../../src/system/temporary.js';
import { addTo, directory, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** A number that was a process a moment ago. */
const deadPid = spawnSync('true').pid;
const leftover = (pid: number, name = '50-a.conf'): string => `.${name}.unit-patch-${pid}-0123456789ab.tmp`;

/** What stands in a directory after a file was written there. */
function afterWriting(files: Record<string, string>): string[] {
  const root = makeRoot(files);
  new RootSystem(openRoot(root), undefined).writeFile(rootPath('/new.conf'), 'x');
  return fs.readdirSync(root).filter((name) => name !== 'new.conf');
}

test('the name begins with a dot, for systemd, and is never the same', () => {
  expect(temporaryName('50-a.conf')).toMatch(
    new RegExp(`^\\.50-a\\.conf\\.unit-patch-${process.pid}-[0-9a-f]{12}\\.tmp$`),
  );
  expect(temporaryName('a')).not.toBe(temporaryName('a'));
});

test('a name of 255 bytes leaves room for it', () => {
  expect(temporaryName('x'.repeat(255)).length).toBeLessThan(255);
});

test('what a killed writer left goes with the next write, whatever it was to become', () => {
  expect(afterWriting({ [leftover(deadPid)]: '', [leftover(deadPid, 'other.conf')]: '' })).toEqual([]);
});

test('it goes with the next removal too', () => {
  const root = makeRoot({ [leftover(deadPid)]: '', file: '' });
  new RootSystem(openRoot(root), undefined).removeFile(rootPath('/file'));
  expect(fs.readdirSync(root)).toEqual([]);
});

test('what belongs to a running process stays: this one, or the first of the machine', () => {
  const names = [leftover(process.pid), leftover(1)];
  expect(afterWriting(Object.fromEntries(names.map((name) => [name, '']))).sort()).toEqual(names.sort());
});

test.each([
  ['without a dot', leftover(deadPid).slice(1)],
  ['of another program', `.50-a.conf.${deadPid}.tmp`],
  ['with more behind it', `${leftover(deadPid)}~`],
  ['with no number of a process', `.a.unit-patch-0-0123456789ab.tmp`],
  ['with a number too big for one', `.a.unit-patch-99999999999-0123456789ab.tmp`],
])('a file %s stays', (_, name) => {
  expect(afterWriting({ [name]: '' })).toEqual([name]);
});

test('a link or a directory of such a name stays', () => {
  const root = makeRoot();
  addTo(root, { [leftover(deadPid, 'a')]: link('/etc'), [leftover(deadPid, 'b')]: directory });
  new RootSystem(openRoot(root), undefined).writeFile(rootPath('/new'), 'x');
  expect(fs.readdirSync(root)).toHaveLength(3);
});
