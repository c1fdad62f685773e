import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { UnitPatchError } from '../../src/errors.js';
import { rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { link, makeRoot, removeTrees } from '../helpers/tree.js';
import { asNobody } from '../system/as-nobody.js';

afterAll(removeTrees);

function errorOf(directory: string): UnitPatchError {
  try {
    openRoot(directory);
  } catch (error) {
    if (error instanceof UnitPatchError) return error;
    throw error;
  }
  throw new Error(`${directory} could be opened`);
}

describe('a root that cannot be opened is an error with a hint, exit status 2 and the path that was given:', () => {
  test.each([
    ['an empty name', '', 'is empty'],
    ['white space', ' \t', 'is empty'],
    ['a directory that is not there', '/nowhere/at/all', '/nowhere/at/all does not exist'],
  ])('%s', (_, directory, message) => {
    expect(errorOf(directory)).toMatchObject({ code: 'bad-root', exitStatus: 2 });
    expect(errorOf(directory).message).toContain(message);
    expect(errorOf(directory).hint).not.toBe('');
  });

  test('a file', () => {
    const file = `${makeRoot({ file: '' })}/file`;
    expect(errorOf(file)).toMatchObject({ code: 'bad-root', message: `--root ${file} is not a directory` });
  });

  test('a loop of links', () => {
    expect(errorOf(`${makeRoot({ loop: link('loop') })}/loop`).message).toContain('cannot be opened (ELOOP)');
  });

  test('what lies below a file', () => {
    expect(errorOf(`${makeRoot({ file: '' })}/file/x`).message).toContain('cannot be opened (ENOTDIR)');
  });

  test('what may not be entered', () => {
    const root = makeRoot({ 'closed/root/file': '' });
    fs.chmodSync(`${root}/closed`, 0);
    expect(asNobody(() => errorOf(`${root}/closed/root`)).message).toContain('may not be entered');
  });
});

describe('a root that is itself a link', () => {
  const top = makeRoot({
    'image/etc/a': 'inside',
    'image/etc/up': link('../../../secret'),
    'image/etc/absolute': link('/etc/a'),
    secret: 'outside',
    link: link('image'),
  });
  const files = openRoot(`${top}/link`);

  test('is the directory behind it', () => {
    expect(files.root).toBe(`${top}/image`);
    expect(files.read(rootPath('/etc/a')).toString()).toBe('inside');
  });

  test('is not left by the links in it', () => {
    expect(files.read(rootPath('/etc/absolute')).toString()).toBe('inside');
    expect(files.follow(rootPath('/etc/up'))).toMatchObject({ path: '/secret', info: undefined });
  });
});

test('a relative path, and one with a slash at its end, name the same root', () => {
  const top = makeRoot({ 'image/a': '' });
  expect(openRoot(`${top}/image/`).root).toBe(`${top}/image`);
  expect(openRoot(`${top}/image/../image/.`).root).toBe(`${top}/image`);
});

test('the root of this machine is "/"', () => {
  const files = openRoot('/');
  expect(files.root).toBe('/');
  expect(files.onHost(rootPath('/etc'))).toBe('/etc');
});
