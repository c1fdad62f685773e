import { expect, test } from '@jest/globals';
import { RootList } from '../../src/cli/root-list.js';

test.each([
  ['a\nb\n', ['a', 'b']],
  ['a\r\n\r\nb', ['a', 'b']],
  ['\n \n', []],
  ['a\r', ['a\r']],
  ['a\n b\0c', ['a\n b', 'c']],
  ['ä\n€', ['ä', '€']],
  ['', []],
])('the roots of a list: %j', (text, roots) => {
  const list = new RootList(Buffer.from(text));
  expect([...list]).toEqual(roots);
  expect(list).toHaveLength(roots.length);
});
