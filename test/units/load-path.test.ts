import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { loadPath } from '../../src/units/load-path.js';
import { directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterAll(removeTrees);

const pathIn = (tree: Tree, unitPath?: string): readonly string[] =>
  loadPath(openRoot(makeRoot(tree)), unitPath);

const standard = [
  '/etc/systemd/system.control',
  '/run/systemd/system.control',
  '/run/systemd/transient',
  '/run/systemd/generator.early',
  '/etc/systemd/system',
  '/etc/systemd/system.attached',
  '/run/systemd/system',
  '/run/systemd/system.attached',
  '/run/systemd/generator',
  '/usr/local/lib/systemd/system',
  '/usr/lib/systemd/system',
  '/run/systemd/generator.late',
];
const split = [...standard.slice(0, -1), '/lib/systemd/system', '/run/systemd/generator.late'];

describe('the load path', () => {
  test('is that of the system manager, whether its directories exist or not', () => {
    expect(pathIn({})).toEqual(standard);
  });

  test('has /lib/systemd/system after /usr/lib where /lib is a directory of its own', () => {
    expect(pathIn({ 'lib/systemd/system': directory })).toEqual(split);
  });

  test('has no /lib if that is a link into /usr: the same files would be met twice', () => {
    expect(pathIn({ 'usr/lib': directory, lib: link('usr/lib') })).toEqual(standard);
  });
});

describe('$SYSTEMD_UNIT_PATH', () => {
  test('replaces the load path', () => {
    expect(pathIn({}, '/a:/b/c')).toEqual(['/a', '/b/c']);
  });

  test('with a ":" at its end stands before the load path', () => {
    expect(pathIn({}, '/a:')).toEqual(['/a', ...standard]);
    expect(pathIn({ lib: directory }, '/a:')).toEqual(['/a', ...split]);
  });

  test('may name directories with slashes at their ends', () => {
    expect(pathIn({}, '/a/:/b//')).toEqual(['/a', '/b']);
  });

  test('that is empty or missing leaves the load path as it is', () => {
    expect(pathIn({}, '')).toEqual(standard);
    expect(pathIn({}, undefined)).toEqual(standard);
  });

  test('names nothing inside a root with relative directories', () => {
    expect(pathIn({}, 'a:/b')).toEqual(['/b']);
  });
});
