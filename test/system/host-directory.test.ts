import { afterAll, expect, jest, test } from '@jest/globals';
import fs from 'fs-extra';
import { entriesIn } from '../../src/system/host-directory.js';
import type { Entry } from '../../src/system/files.js';
import { directory, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** Names of every sort of bytes, and things of every kind. */
function odd(): string {
  const root = makeRoot({ sub: directory, 'to-sub': link('sub'), 'caf\u00e9.service': '', 'a.service': '' });
  fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), '');
  return root;
}

const sorted = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));

test('a large directory is read in another way, and gives the same', () => {
  const root = odd();
  const small = sorted(entriesIn(root, 0));
  expect(sorted(entriesIn(root, Infinity))).toEqual(small);
  expect(small).toEqual([
    { name: 'a.service', kind: 'file' },
    { name: 'caf\u00e9.service', kind: 'file' },
    { name: 'caf\udce9', kind: 'file' },
    { name: 'sub', kind: 'directory' },
    { name: 'to-sub', kind: 'link' },
  ]);
});

test.each([
  ['readdirSync', 0],
  ['opendirSync', Infinity],
] as const)('the file system need not say of what kind an entry is: %s', (name, size) => {
  const root = odd();
  const before = sorted(entriesIn(root, size));
  // As Node.js does on ext4 without `filetype`: it asks for the wrong name.
  const reading = jest.spyOn(fs, name).mockImplementationOnce(() => {
    throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  });
  expect(sorted(entriesIn(root, size))).toEqual(before);
  reading.mockRestore();
});

test('what is refused stays so', () => {
  expect(() => entriesIn('/nowhere', 0)).toThrow('ENOENT');
  expect(() => entriesIn('/nowhere', Infinity)).toThrow('ENOENT');
});
