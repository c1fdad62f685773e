import { afterAll, expect, test } from '@jest/globals';
import { rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { isMask } from '../../src/units/problems.js';
import { directory, type Item, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** Whether the file at etc/a is a mask; the root has no /dev/null. */
const masks = (item: Item): boolean =>
  isMask(openRoot(makeRoot({ 'etc/a': item, 'etc/empty': '', 'etc/full': 'x' })), rootPath('/etc/a'));

test.each<[what: string, item: Item]>([
  ['a link to /dev/null, also in an image that has no /dev/null', link('/dev/null')],
  ['a relative link to /dev/null', link('../dev/null')],
  ['an empty file', ''],
  ['a link to an empty file', link('empty')],
])('%s is a mask', (_, item) => {
  expect(masks(item)).toBe(true);
});

test.each<[what: string, item: Item]>([
  ['a file with one newline', '\n'],
  ['a link to a file', link('full')],
  ['a link to nowhere', link('/nowhere')],
  ['a link to itself', link('a')],
  ['a directory', directory],
  ['a link to /dev', link('/dev')],
])('%s is none', (_, item) => {
  expect(masks(item)).toBe(false);
});

test('a missing file is not a mask', () => {
  expect(isMask(openRoot(makeRoot()), rootPath('/etc/a'))).toBe(false);
});

test('a device is one', () => {
  expect(isMask(openRoot('/'), rootPath('/dev/zero'))).toBe(true);
});
