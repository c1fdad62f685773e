import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import { rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import { temporaryName } from '../../src/system/temporary.js';
import { addTo, directory, link, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

/** A number that was a process a moment ago. */
const deadPid = spawnSync('true').pid;
const whyNoProc = fs.existsSync('/proc/self/ns/pid')
  ? undefined
  : 'no /proc says which PID namespace this is';
/** The PID namespace of this process, as it is in the name, and another one. */
const HERE = /-([0-9a-f]{8})[0-9a-f]{12}\.tmp$/.exec(temporaryName(''))?.[1] ?? '';
const ELSEWHERE = 'f0000123';
const DAY_S = 24 * 60 * 60;

const leftover = (pid: number, name = '50-a.conf', namespace = HERE): string =>
  `.${name}.unit-patch-${pid}-${namespace}0123456789ab.tmp`;

/** The content of a directory after a file was written there. */
function afterWriting(files: Record<string, string>): string[] {
  const root = makeRoot(files);
  new RootSystem(openRoot(root), undefined).writeFile(rootPath('/new.conf'), 'x');
  return fs.readdirSync(root).filter((name) => name !== 'new.conf');
}

test('the name begins with a dot, for systemd, and is never the same', () => {
  expect(temporaryName('50-a.conf')).toMatch(
    new RegExp(`^\\.50-a\\.conf\\.unit-patch-${process.pid}-[0-9a-f]{20}\\.tmp$`),
  );
  expect(temporaryName('a')).not.toBe(temporaryName('a'));
});

test('a name of 255 bytes leaves room for it', () => {
  expect(temporaryName('x'.repeat(255)).length).toBeLessThan(255);
});

test('leftovers of a killed writer are removed by the next write, for any file', () => {
  expect(afterWriting({ [leftover(deadPid)]: '', [leftover(deadPid, 'other.conf')]: '' })).toEqual([]);
});

test('they are removed by the next removal too', () => {
  const root = makeRoot({ [leftover(deadPid)]: '', file: '' });
  new RootSystem(openRoot(root), undefined).removeFile(rootPath('/file'));
  expect(fs.readdirSync(root)).toEqual([]);
});

test('files of a running process stay: this one, or the first of the machine', () => {
  const names = [leftover(process.pid), leftover(1)];
  expect(afterWriting(Object.fromEntries(names.map((name) => [name, '']))).sort()).toEqual(names.sort());
});

test.each([
  ['without a dot', leftover(deadPid).slice(1)],
  ['of another program', `.50-a.conf.${deadPid}.tmp`],
  ['with more behind it', `${leftover(deadPid)}~`],
  ['with no number of a process', leftover(0)],
  ['with a number too big for one', leftover(99_999_999_999)],
])('a file %s stays', (_, name) => {
  expect(afterWriting({ [name]: '' })).toEqual([name]);
});

describeWhere(whyNoProc, 'a number of another PID namespace says nothing here:', () => {
  function afterWritingBeside(age: number): string[] {
    const name = leftover(deadPid, 'a', ELSEWHERE);
    const root = makeRoot({ [name]: '' });
    const then = Date.now() / 1000 - age;
    fs.utimesSync(`${root}/${name}`, then, then);
    new RootSystem(openRoot(root), undefined).writeFile(rootPath('/new'), 'x');
    return fs.readdirSync(root).filter((one) => one !== 'new');
  }

  test('the file of a writer there stays', () => {
    expect(afterWritingBeside(DAY_S / 2)).toHaveLength(1);
  });

  test('until it is older than a day', () => {
    expect(afterWritingBeside(DAY_S * 1.5)).toEqual([]);
  });
});

test('a link or a directory of such a name stays', () => {
  const root = makeRoot();
  addTo(root, { [leftover(deadPid, 'a')]: link('/etc'), [leftover(deadPid, 'b')]: directory });
  new RootSystem(openRoot(root), undefined).writeFile(rootPath('/new'), 'x');
  expect(fs.readdirSync(root)).toHaveLength(3);
});
