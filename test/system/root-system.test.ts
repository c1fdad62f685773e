import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { Manager } from '../../src/system/system.js';
import { addTo, directory, fingerprint, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { asNobody } from './as-nobody.js';

afterAll(removeTrees);

let root = '';
let system: RootSystem;

function open(tree: Tree): void {
  root = makeRoot(tree);
  system = new RootSystem(openRoot(root), undefined);
}

const path = rootPath;
const modeOf = (name: string): number => fs.lstatSync(`${root}${name}`).mode & 0o7777;
const textOf = (name: string): string => fs.readFileSync(`${root}${name}`, 'utf8');

beforeEach(() => {
  open({ 'etc/file': 'old', 'etc/dir': directory });
});

describe.each([0o077, 0o022, 0])('whatever the umask (%o),', (mask) => {
  let usual = 0;
  beforeEach(() => {
    usual = process.umask(mask);
  });
  afterEach(() => {
    process.umask(usual);
  });

  test('a new file has mode 0644', () => {
    system.writeFile(path('/etc/new'), 'x');
    expect(modeOf('/etc/new')).toBe(0o644);
  });

  test('a replaced file has mode 0644', () => {
    fs.chmodSync(`${root}/etc/file`, 0o600);
    system.writeFile(path('/etc/file'), 'x');
    expect(modeOf('/etc/file')).toBe(0o644);
  });

  test('a new directory has mode 0755', () => {
    system.makeDirectory(path('/etc/new'));
    expect(modeOf('/etc/new')).toBe(0o755);
  });
});

describe('writeFile()', () => {
  test('writes the content as UTF-8, and leaves nothing else behind', () => {
    system.writeFile(path('/etc/new'), 'Grüße\n');
    expect(textOf('/etc/new')).toBe('Grüße\n');
    expect(fs.readdirSync(`${root}/etc`).sort()).toEqual(['dir', 'file', 'new']);
  });

  test('replaces a file by another one: a reader that has the old one open still reads it', () => {
    const handle = fs.openSync(`${root}/etc/file`, 'r');
    system.writeFile(path('/etc/file'), 'new');
    expect(fs.readFileSync(handle, 'utf8')).toBe('old');
    fs.closeSync(handle);
    expect(textOf('/etc/file')).toBe('new');
  });

  test('does not write into other names of the file it replaces', () => {
    fs.linkSync(`${root}/etc/file`, `${root}/etc/other`);
    system.writeFile(path('/etc/file'), 'new');
    expect(textOf('/etc/other')).toBe('old');
  });

  test.each<[what: string, item: Tree[string]]>([
    ['a link to a file', link('file')],
    ['a link to /dev/null', link('/dev/null')],
    ['a dangling link', link('nowhere')],
    ['a directory', directory],
  ])('refuses to write through or replace %s', (_, item) => {
    addTo(root, { 'etc/target': item });
    const before = fingerprint(root);
    expect(() => {
      system.writeFile(path('/etc/target'), 'x');
    }).toThrow('/etc/target is not a regular file');
    expect(fingerprint(root)).toBe(before);
  });

  test('leaves no temporary file when the rename fails', () => {
    const before = fingerprint(root);
    expect(() => {
      system.writeFile(path(`/etc/${'x'.repeat(300)}`), 'x');
    }).toThrow('ENAMETOOLONG');
    expect(fingerprint(root)).toBe(before);
  });

  test('leaves no temporary file, and the old one as it was, when writing fails', () => {
    const before = fingerprint(root);
    expect(() => {
      system.writeFile(path('/etc/file'), Symbol('no text') as unknown as string);
    }).toThrow();
    expect(fingerprint(root)).toBe(before);
  });

  test('does not make directories', () => {
    expect(() => {
      system.writeFile(path('/etc/no/file'), 'x');
    }).toThrow('ENOENT');
  });

  test('resolves a link in a parent inside the root', () => {
    addTo(root, { 'real/dir': directory, 'etc/link': link('/real/dir') });
    system.writeFile(path('/etc/link/file'), 'x');
    expect(textOf('/real/dir/file')).toBe('x');
    expect(fs.readlinkSync(`${root}/etc/link`)).toBe('/real/dir');
  });

  test('resolves a link in a parent when it removes and makes directories too', () => {
    addTo(root, { 'real/dir/file': '', 'etc/link': link('/real/dir') });
    system.removeFile(path('/etc/link/file'));
    system.makeDirectory(path('/etc/link/sub'));
    expect(fs.readdirSync(`${root}/real/dir`)).toEqual(['sub']);
    system.removeDirectory(path('/etc/link/sub'));
    expect(fs.readdirSync(`${root}/real/dir`)).toEqual([]);
  });

  test('sees links as they are now, not as they were', () => {
    system.writeFile(path('/etc/dir/a'), '1');
    fs.renameSync(`${root}/etc/dir`, `${root}/etc/moved`);
    addTo(root, { 'etc/dir': link('moved') });
    system.writeFile(path('/etc/dir/a'), '2');
    expect(textOf('/etc/moved/a')).toBe('2');
  });
});

describe('makeDirectory() throws', () => {
  test.each([
    ['where something stands already', '/etc/dir', 'EEXIST'],
    ['where a file stands', '/etc/file', 'EEXIST'],
    ['where the parent does not exist', '/etc/no/dir', 'ENOENT'],
  ])('%s', (_, name, code) => {
    const before = fingerprint(root);
    expect(() => {
      system.makeDirectory(path(name));
    }).toThrow(expect.objectContaining({ code }));
    expect(fingerprint(root)).toBe(before);
  });
});

describe('removing', () => {
  test('removes a file', () => {
    system.removeFile(path('/etc/file'));
    expect(fs.readdirSync(`${root}/etc`)).toEqual(['dir']);
  });

  test('removes a link, not the file that it leads to', () => {
    addTo(root, { 'etc/link': link('file') });
    system.removeFile(path('/etc/link'));
    expect(fs.readdirSync(`${root}/etc`).sort()).toEqual(['dir', 'file']);
  });

  test('removes an empty directory', () => {
    system.removeDirectory(path('/etc/dir'));
    expect(fs.readdirSync(`${root}/etc`)).toEqual(['file']);
  });

  test('throws for a directory that is not empty', () => {
    addTo(root, { 'etc/dir/file': '' });
    expect(() => {
      system.removeDirectory(path('/etc/dir'));
    }).toThrow('ENOTEMPTY');
  });

  test('throws if nothing stands', () => {
    expect(() => {
      system.removeFile(path('/etc/nothing'));
    }).toThrow('ENOENT');
  });
});

test('files() is a fresh view each time', () => {
  const earlier = system.files();
  expect(earlier.list(path('/etc/dir'))?.names()).toEqual([]);
  fs.removeSync(`${root}/etc/dir`);
  system.writeFile(path('/etc/dir'), 'x');
  expect(system.files().lstat(path('/etc/dir'))?.kind).toBe('file');
});

describe('whyNotWritable()', () => {
  const live = (): RootSystem => new RootSystem(openRoot(root), {} as Manager);
  const isRoot = process.geteuid?.() === 0;

  test('has no reason for an image, for any user', () => {
    expect(system.whyNotWritable()).toBeUndefined();
    expect(asNobody(() => system.whyNotWritable())).toBeUndefined();
  });

  test('says that only root may write on a live machine', () => {
    expect(asNobody(() => live().whyNotWritable())).toContain('only root');
    expect(live().whyNotWritable() === undefined).toBe(isRoot);
  });
});
