import { afterAll, describe, expect, jest, test } from '@jest/globals';
import fs from 'fs-extra';
import { rootPath } from '../../src/files/files.js';
import { link, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeExchanged } from './exchanged.js';

jest.unstable_mockModule('../../src/files/proc.js', () => ({
  hasProc: () => false,
  liesAt: () => {
    throw new Error('there is no /proc to ask');
  },
}));
const { RootFiles } = await import('../../src/files/root-files.js');
const { RootSystem } = await import('../../src/system/root-system.js');

afterAll(removeTrees);

describe('without /proc (a bare chroot, macOS), where the working directory holds a directory,', () => {
  describeExchanged({ RootFiles, RootSystem });

  test('files are written, read, listed and removed', () => {
    const root = makeRoot({ 'etc/link': link('file') });
    const system = new RootSystem(new RootFiles(root), undefined);
    system.makeDirectory(rootPath('/etc/dir'));
    system.writeFile(rootPath('/etc/dir/file'), 'x');
    const files = system.files();
    expect(files.read(rootPath('/etc/dir/file')).toString()).toBe('x');
    expect(files.list(rootPath('/etc'))?.names().sort()).toEqual(['dir', 'link']);
    expect(files.readLink(rootPath('/etc/link'))).toBe('file');
    system.removeFile(rootPath('/etc/dir/file'));
    system.removeDirectory(rootPath('/etc/dir'));
    expect(fs.readdirSync(`${root}/etc`)).toEqual(['link']);
  });

  test('a working directory that is gone meanwhile does not matter', () => {
    const before = process.cwd();
    const gone = makeRoot();
    process.chdir(gone);
    fs.rmdirSync(gone);
    const root = makeRoot();
    new RootSystem(new RootFiles(root), undefined).writeFile(rootPath('/file'), 'x');
    process.chdir(before);
    expect(fs.readdirSync(root)).toEqual(['file']);
  });

  test('a directory whose name is no UTF-8 is not listed', () => {
    const root = makeRoot();
    fs.mkdirSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xe9])]));
    expect(() => new RootFiles(root).list(rootPath('/\udce9'))).toThrow('EILSEQ');
  });
});
