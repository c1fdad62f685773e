import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { rootPath as path } from '../../src/files/files.js';
import { RootFiles } from '../../src/files/root-files.js';
import { directory, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** Everything that can be asked of a small tree. */
function ask(files: RootFiles): unknown[] {
  return [
    files.root,
    files.list(path('/')),
    files.list(path('/dir')),
    files.lstat(path('/link')),
    files.follow(path('/link')),
    files.followParents(path('/dir/file')),
    files.readLink(path('/link')),
    files.read(path('/dir/file')).toString(),
    files.lstat(path('/nothing')),
  ];
}

test('an answer is given again, even if the files have changed meanwhile', () => {
  const root = makeRoot({ 'dir/file': 'old', link: link('dir') });
  const files = new RootFiles(root, true);
  const before = ask(files);
  expect(before).toEqual(ask(new RootFiles(root, true)));
  fs.removeSync(`${root}/dir`);
  fs.removeSync(`${root}/link`);
  fs.writeFileSync(`${root}/nothing`, '');
  expect(ask(files)).toEqual(before);
});

test('a directory that was removed since it was seen is none', () => {
  const root = makeRoot({ 'dir/file': 'old' });
  const files = new RootFiles(root, true);
  expect(files.lstat(path('/dir'))?.kind).toBe('directory');
  fs.removeSync(`${root}/dir`);
  expect(files.list(path('/dir'))).toBeUndefined();
});

test('a refused question is asked again', () => {
  const root = makeRoot({ dir: directory });
  const files = new RootFiles(root, true);
  expect(() => files.read(path('/dir/file'))).toThrow('ENOENT');
  fs.writeFileSync(`${root}/dir/file`, 'new');
  expect(files.read(path('/dir/file')).toString()).toBe('new');
});

describe('questions that are alike get answers that agree', () => {
  const [dir, file] = [path('/dir'), path('/dir/file')];
  const changes: [what: string, before: (files: RootFiles) => void, expected: string | undefined][] = [
    ['lstat() after follow()', (files) => void files.follow(file), undefined],
    ['lstat() after list()', (files) => void files.list(dir), undefined],
    ['lstat() alone', () => undefined, 'file'],
  ];
  test.each(changes)('%s of a file that came meanwhile', (_, before, expected) => {
    const root = makeRoot({ dir: directory });
    const files = new RootFiles(root, true);
    before(files);
    fs.writeFileSync(`${root}/dir/file`, '');
    expect(files.lstat(file)?.kind).toBe(expected);
    expect(files.follow(file).info?.kind).toBe(expected);
  });

  test('follow() after lstat() of a file that went meanwhile', () => {
    const root = makeRoot({ 'dir/file': '' });
    const files = new RootFiles(root, true);
    expect(files.lstat(file)?.kind).toBe('file');
    fs.removeSync(`${root}/dir/file`);
    expect(files.follow(file).info?.kind).toBe('file');
  });

  test('of a link lstat() tells the link, and follow() where it leads, whichever comes first', () => {
    const root = makeRoot({ 'dir/file': '', link: link('dir') });
    const first = new RootFiles(root, true);
    const second = new RootFiles(root, true);
    const at = path('/link');
    expect([first.lstat(at)?.kind, first.follow(at).info?.kind]).toEqual(['link', 'directory']);
    expect([second.follow(at).info?.kind, second.lstat(at)?.kind]).toEqual(['directory', 'link']);
  });
});
