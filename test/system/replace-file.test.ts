import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { unlinkIfThere } from '../../src/system/replace-file.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

describe('unlinkIfThere()', () => {
  test('removes a file, and asks for nothing if it has gone', () => {
    const root = makeRoot({ '/file': '' });
    unlinkIfThere(`${root}/file`);
    unlinkIfThere(`${root}/file`);
    expect(fs.readdirSync(root)).toEqual([]);
  });

  test('says why a file stays, in the words and with the code of the system', () => {
    const place = `${makeRoot({ '/file': '' })}/file/below`;
    expect(() => {
      unlinkIfThere(place);
    }).toThrow(
      expect.objectContaining({ code: 'ENOTDIR', message: `ENOTDIR: not a directory, unlink '${place}'` }),
    );
  });
});
