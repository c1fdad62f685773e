import { afterAll, expect, jest, test } from '@jest/globals';
import fs from 'fs-extra';
import { listDirectory, type NamesOnDisk } from '../../src/files/read-disk.js';
import { directory, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** Names of every sort of bytes, and things of every kind. */
function odd(): string {
  const root = makeRoot({ sub: directory, 'to-sub': link('sub'), 'caf\u00e9.service': '', 'a.service': '' });
  fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), '');
  return root;
}

const sorted = ({ files, others }: NamesOnDisk): unknown => ({
  files: [...files].sort(),
  others: Object.fromEntries(others),
});

test('a large directory is read in another way, and gives the same', () => {
  const root = odd();
  const small = sorted(listDirectory(root, 0));
  expect(sorted(listDirectory(root, Infinity))).toEqual(small);
  expect(small).toEqual({
    files: ['a.service', 'caf\u00e9.service', 'caf\udce9'],
    others: { sub: 'directory', 'to-sub': 'link' },
  });
});

test.each([
  ['readdirSync', 0],
  ['opendirSync', Infinity],
] as const)('the file system need not say of what kind an entry is: %s', (name, size) => {
  const root = odd();
  const before = sorted(listDirectory(root, size));
  // As Node.js does on ext4 without `filetype`: it asks for the wrong name.
  const reading = jest.spyOn(fs, name).mockImplementationOnce(() => {
    throw Object.assign(new Error('ENOENT'), { code: 'ENOENT' });
  });
  expect(sorted(listDirectory(root, size))).toEqual(before);
  reading.mockRestore();
});

test.each([0, Infinity])('no more files are named than requested (size %d)', (size) => {
  const root = makeRoot({ a: '', b: '', c: '', sub: directory });
  expect(listDirectory(root, size, 2)).toMatchObject({ others: new Map([['sub', 'directory']]) });
  expect(listDirectory(root, size, 2).files).toHaveLength(2);
});

test('a refusal stays a refusal', () => {
  expect(() => listDirectory('/nowhere', 0)).toThrow('ENOENT');
  expect(() => listDirectory('/nowhere', Infinity)).toThrow('ENOENT');
});
