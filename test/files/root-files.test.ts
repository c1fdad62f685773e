import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { execFileSync } from 'node:child_process';
import { rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { RootFiles } from '../../src/files/root-files.js';
import { directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterAll(removeTrees);

const open = (tree: Tree): RootFiles => openRoot(makeRoot(tree));
const path = rootPath;

describe('lstat()', () => {
  const files = open({ file: 'abc', dir: directory, link: link('file'), 'dir/up': link('..') });

  test('gives the file at a path, and does not follow its last link', () => {
    expect(files.lstat(path('/file'))).toMatchObject({ kind: 'file', size: 3 });
    expect(files.lstat(path('/dir'))?.kind).toBe('directory');
    expect(files.lstat(path('/link'))?.kind).toBe('link');
    expect(files.lstat(path('/'))?.kind).toBe('directory');
  });

  test('follows the links before the last component', () => {
    expect(files.lstat(path('/dir/up/file'))?.kind).toBe('file');
  });

  test.each(['/nothing', '/nothing/below', '/file/below', `/${'x'.repeat(300)}`])(
    'says nothing of %s',
    (name) => {
      expect(files.lstat(path(name))).toBeUndefined();
    },
  );

  test('knows the permission bits', () => {
    fs.chmodSync(files.onHost(path('/file')), 0o4751);
    expect(files.lstat(path('/file'))?.mode).toBe(0o4751);
  });

  test('knows devices', () => {
    expect(openRoot('/').lstat(path('/dev/null'))?.kind).toBe('device');
  });
});

describe('follow()', () => {
  test('goes through a chain of links, absolute and relative', () => {
    const files = open({
      'a/file': 'x',
      'a/b/l1': link('../file'),
      'c/l2': link('/a/b/l1'),
      l3: link('c/l2'),
    });
    expect(files.follow(path('/l3'))).toMatchObject({ path: '/a/file', info: { kind: 'file' }, lost: false });
  });

  test('goes through links to directories in the middle of a path', () => {
    const files = open({ 'usr/lib/x/file': '', lib: link('usr/lib'), 'usr/lib/y': link('/lib/x') });
    expect(files.follow(path('/lib/y/file')).path).toBe('/usr/lib/x/file');
  });

  test('takes ".", ".." and double slashes as the kernel does: ".." leaves the target of a link', () => {
    const files = open({ 'a/b/file': '', 'a/file': 'right', file: 'wrong', link: link('a/b') });
    expect(files.follow(path('//link/.././file')).path).toBe('/a/file');
  });

  test('says where a dangling link leads, and that nothing is there', () => {
    const files = open({ link: link('no/where') });
    expect(files.follow(path('/link'))).toEqual({
      path: '/no/where',
      info: undefined,
      lost: false,
      links: 1,
    });
  });

  test('finds nothing through something that is not a directory, not even with ".."', () => {
    const files = open({
      file: '',
      'etc/there': '',
      l1: link('nowhere/../etc/there'),
      l2: link('file/../etc/there'),
    });
    for (const name of ['/nowhere/../etc/there', '/file/../etc/there', '/l1', '/l2'])
      expect([name, files.follow(path(name)).info]).toEqual([name, undefined]);
  });

  test.each<[what: string, tree: Tree, at: string]>([
    ['a link to itself', { a: link('a') }, '/a'],
    ['two links to each other', { a: link('b'), b: link('/a') }, '/b'],
    ['a loop of directories', { 'd/x': link('/e/x'), 'e/x': link('/d/x') }, '/d/x/file'],
  ])('ends %s, as a loop', (_, tree, at) => {
    expect(open(tree).follow(path(at))).toMatchObject({ info: undefined, lost: true });
  });

  test('follows twenty links one behind the other', () => {
    const chain = Array.from(
      { length: 20 },
      (_, i) => [`l${i}`, link(i === 0 ? 'file' : `l${i - 1}`)] as const,
    );
    expect(open({ file: '', ...Object.fromEntries(chain) }).follow(path('/l19')).path).toBe('/file');
  });
});

describe('followParents()', () => {
  test('leaves the last component as it is', () => {
    const files = open({ 'a/file': '', 'a/link': link('file'), dir: link('a') });
    expect(files.followParents(path('/dir/link'))).toMatchObject({ path: '/a/link', info: { kind: 'link' } });
  });

  test('needs no component to exist', () => {
    expect(open({}).followParents(path('/a/b/c'))).toEqual({
      path: '/a/b/c',
      info: undefined,
      lost: false,
      links: 0,
    });
  });
});

test('a path of any length leads nowhere if its first component is missing', () => {
  const files = open({ dir: directory });
  for (const first of ['', '/dir', '/dir/x'])
    expect(files.follow(path(`${first}${'/x'.repeat(200_000)}`))).toMatchObject({
      info: undefined,
      lost: false,
    });
});

describe('list()', () => {
  const files = open({ 'd/file': '', 'd/dir/x': '', 'd/link': link('x'), to: link('/d'), file: '' });

  test('gives the entries of a directory with their kinds', () => {
    const listing = files.list(path('/d'));
    expect(listing?.files).toEqual(['file']);
    expect(Object.fromEntries(listing?.others ?? [])).toEqual({ dir: 'directory', link: 'link' });
  });

  test('follows a link to a directory', () => {
    expect(files.list(path('/to'))?.names()).toHaveLength(3);
  });

  test('knows every name of a directory with thousands of files', () => {
    const names = Array.from({ length: 1002 }, (_, at) => `${at}.service`);
    const many = open({ ...Object.fromEntries(names.map((name) => [`d/${name}`, ''])), 'd/link': link('x') });
    const listing = many.list(path('/d'));
    expect(listing?.names().sort()).toEqual([...names, 'link'].sort());
    expect(['7.service', 'link', '1002.service'].map((name) => listing?.kind(name))).toEqual([
      'file',
      'link',
      undefined,
    ]);
  });

  test.each(['/file', '/nothing', '/d/link'])('finds no directory at %s', (name) => {
    expect(files.list(path(name))).toBeUndefined();
  });
});

describe('read()', () => {
  test('gives the bytes of a file as they are, links followed', () => {
    const bytes = Buffer.from([0, 0xff, 0x0a, 0x0d]);
    expect(open({ 'a/file': bytes, link: link('/a/file') }).read(path('/link'))).toEqual(bytes);
  });

  test.each([
    ['what is not there', '/nothing', 'ENOENT'],
    ['a directory', '/dir', 'EISDIR'],
    ['what lies below a file', '/file/x', 'ENOTDIR'],
  ])('throws a system error for %s', (_, name, code) => {
    const files = open({ dir: directory, file: '' });
    expect(() => files.read(path(name))).toThrow(expect.objectContaining({ code }));
  });

  test('does not open a FIFO, which would wait for ever', () => {
    const files = open({});
    execFileSync('mkfifo', [files.onHost(path('/fifo'))]);
    expect(files.lstat(path('/fifo'))?.kind).toBe('other');
    expect(() => files.read(path('/fifo'))).toThrow('not a regular file');
  });

  test('does not open a device', () => {
    expect(() => openRoot('/').read(path('/dev/zero'))).toThrow('not a regular file');
  });
});

test('readLink() gives what a link says, the links before it followed', () => {
  const files = open({ 'a/link': link('/some/where'), dir: link('a') });
  expect(files.readLink(path('/dir/link'))).toBe('/some/where');
});

describe('a snapshot', () => {
  const TREE: Tree = {
    'usr/lib/file': 'abc',
    'usr/empty': directory,
    lib: link('usr/lib'),
    up: link('usr/lib/../..'),
    out: link('/../usr'),
    nowhere: link('usr/gone'),
    loop: link('loop'),
    'usr/to-loop': link('/loop/x'),
  };
  const NAMES = ['usr', 'lib', 'file', 'empty', 'up', 'out', 'nowhere', 'loop', 'to-loop', 'gone', '..', '.'];
  const PATHS = ['/', ...NAMES.map((one) => `/${one}`)]
    .flatMap((first) => [first, `${first}/`, ...NAMES.map((one) => `${first}/${one}`)])
    .flatMap((two) => [two, `${two}/file`, `${two}//./lib`]);

  /** What is the same whether a link was looked at or only listed. */
  const answers = (files: RootFiles, one: string): unknown =>
    [files.lstat(path(one)), files.follow(path(one)).info, files.follow(path(one))].map((answer) =>
      JSON.stringify(answer, (key, value: unknown) => (key === 'size' || key === 'mode' ? undefined : value)),
    );

  test('answers as a view that never listed, whatever it has seen before', () => {
    const root = makeRoot(TREE);
    const snapshot = new RootFiles(root, true);
    const listed = new RootFiles(root, true);
    for (const one of ['/', '/usr', '/usr/lib', '/usr/empty', '/lib', '/up']) listed.list(path(one));
    for (const one of PATHS) {
      const expected = answers(new RootFiles(root), one);
      expect([one, answers(snapshot, one)]).toEqual([one, expected]);
      expect([one, answers(listed, one)]).toEqual([one, expected]);
    }
  });

  test('never looks twice, and takes what a directory did not list for missing', () => {
    const root = makeRoot({ 'dir/file': 'abc' });
    const files = new RootFiles(root, true);
    expect(files.lstat(path('/dir/file'))?.size).toBe(3);
    files.list(path('/dir'));
    fs.writeFileSync(`${root}/dir/file`, 'longer');
    fs.writeFileSync(`${root}/dir/new`, '');
    expect(files.lstat(path('/dir/file'))?.size).toBe(3);
    expect(files.lstat(path('/dir/new'))).toBeUndefined();
    expect(new RootFiles(root, true).lstat(path('/dir/new'))?.kind).toBe('file');
  });
});
