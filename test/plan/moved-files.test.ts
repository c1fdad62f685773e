import { afterEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { openRoot } from '../../src/files/open-root.js';
import { movedFiles, movedInputs, sumsIn } from '../../src/plan/moved-files.js';
import { sha256 } from '../../src/plan/plan.js';
import { addTo, directory, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterEach(removeTrees);

describe('movedInputs(): the files that have changed', () => {
  test.each<[before: string | null, now: string | null, sentence: string[]]>([
    ['1', '1', []],
    [null, null, []],
    ['1', '2', ['/a changed since the plan was made']],
    [null, '1', ['/a is new since the plan was made']],
    ['1', null, ['/a is gone, or does not count any more, since the plan was made']],
  ])('%j, and %j now', (was, now, sentence) => {
    expect(movedInputs([{ path: '/a', sha256: was }], new Map([['/a', now]]))).toEqual(sentence);
  });

  test('a file that was not an input before, and one that is not one now', () => {
    expect(movedInputs([{ path: '/b', sha256: '1' }], new Map([['/a', '1']]))).toEqual([
      '/a is new since the plan was made',
      '/b is gone, or does not count any more, since the plan was made',
    ]);
  });
});

/** Inputs of these names. */
const named = (paths: readonly string[]): object[] => paths.map((path) => ({ path, sha256: null }));

describe('sumsIn(): the checksums of files of a root', () => {
  test('of a file, of one behind a link, and none if nothing is', () => {
    const root = makeRoot({ '/a': 'x', '/b': link('/a'), '/c': link('/nowhere') });
    const sum = sha256(Buffer.from('x'));
    expect(sumsIn(openRoot(root), named(['/a', '/b', '/c', '/d']))).toEqual(
      new Map<string, string | null>([
        ['/a', sum],
        ['/b', sum],
        ['/c', null],
        ['/d', null],
      ]),
    );
  });

  test('a file that cannot be read is neither unchanged nor gone', () => {
    expect(sumsIn(openRoot(makeRoot({ '/d': directory })), named(['/d']))).toEqual(
      new Map([['/d', 'unreadable']]),
    );
  });

  test('a path that is not a plain one inside the root does not count', () => {
    const names = ['etc/passwd', '', '/a/../b', '/./a', '//a', '/a/', '/..'];
    expect(sumsIn(openRoot(makeRoot({ '/a': 'x' })), named(names))).toEqual(new Map());
  });

  test('no more is read than a plan can need, however large the files are that a document names', () => {
    const names = Array.from({ length: 100 }, (_, at) => `/f${at}`);
    const root = makeRoot(Object.fromEntries(names.map((name) => [name, Buffer.alloc(1 << 20)])));
    expect(sumsIn(openRoot(root), named(names)).size).toBe(16);
  });

  test('an entry that is not an input does not count', () => {
    expect(sumsIn(openRoot(makeRoot()), [null, 1, {}, { path: '/a' }, [] as unknown])).toEqual(new Map());
  });
});

test('movedFiles(): files of a root that differ from a document, if it names them by plain paths', () => {
  const root = makeRoot({ '/a': 'x', '/b': 'x', '/c': 'x' });
  const inputs = ['/a', '/b', '/c'].map((path) => ({ path, sha256: sha256(Buffer.from('x')) }));
  addTo(root, { '/a': 'y' });
  fs.removeSync(`${root}/b`);
  expect(movedFiles(openRoot(root), [...inputs, { path: '/../d', sha256: '1' }, null])).toEqual([
    '/a changed since the plan was made',
    '/b is gone, or does not count any more, since the plan was made',
  ]);
});
