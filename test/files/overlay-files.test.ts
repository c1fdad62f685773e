import { afterAll, describe, expect, test } from '@jest/globals';
import { type Files, rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { OverlayFiles } from '../../src/files/overlay-files.js';
import { directory, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const at = rootPath;
const root = makeRoot({ '/etc/d/a.conf': 'a', '/etc/l': link('/etc/d'), '/etc/e': directory });

function planned(path: string, after: string | null): Files {
  return new OverlayFiles(openRoot(root), [{ path: at(path), after }]);
}

const names = (files: Files, path: string): string[] | undefined => files.list(at(path))?.names().sort();

describe('a root as it will be', () => {
  test('a new file is listed and read, also through a link', () => {
    const files = planned('/etc/d/b.conf', 'b');
    expect(names(files, '/etc/d')).toEqual(['a.conf', 'b.conf']);
    expect(names(files, '/etc/l')).toEqual(['a.conf', 'b.conf']);
    expect(files.read(at('/etc/l/b.conf')).toString()).toBe('b');
    expect(files.lstat(at('/etc/d/b.conf'))).toMatchObject({ kind: 'file', size: 1 });
  });

  test('the directories of a new file are there', () => {
    const files = planned('/etc/e/new/deep/b.conf', 'b');
    expect(files.follow(at('/etc/e/new')).info?.kind).toBe('directory');
    expect(names(files, '/etc/e')).toEqual(['new']);
    expect(names(files, '/etc/e/new/deep')).toEqual(['b.conf']);
  });

  test('a new link is listed, followed and read', () => {
    const files = new OverlayFiles(openRoot(root), [
      { path: at('/etc/e/b.conf'), after: 'b' },
      { path: at('/etc/e/new/c.conf'), after: { link: at('/etc/e/b.conf') } },
    ]);
    expect(files.list(at('/etc/e/new'))?.kind('c.conf')).toBe('link');
    expect(files.lstat(at('/etc/e/new/c.conf'))?.kind).toBe('link');
    expect(files.follow(at('/etc/e/new/c.conf'))).toMatchObject({
      path: '/etc/e/b.conf',
      info: { kind: 'file' },
    });
    expect(files.readLink(at('/etc/e/new/c.conf'))).toBe('/etc/e/b.conf');
    expect(files.read(at('/etc/e/new/c.conf')).toString()).toBe('b');
  });

  test('a changed file reads as changed', () => {
    expect(planned('/etc/d/a.conf', 'A!').read(at('/etc/d/a.conf')).toString()).toBe('A!');
  });

  test('a removed file is gone', () => {
    const files = planned('/etc/d/a.conf', null);
    expect(names(files, '/etc/d')).toEqual([]);
    expect(files.lstat(at('/etc/d/a.conf'))).toBeUndefined();
  });

  test('everything else is as it is', () => {
    const files = planned('/etc/d/b.conf', 'b');
    expect(files.readLink(at('/etc/l'))).toBe('/etc/d');
    expect(files.list(at('/nowhere'))).toBeUndefined();
    expect(files.read(at('/etc/d/a.conf')).toString()).toBe('a');
  });
});
