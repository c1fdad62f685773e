import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import os from 'node:os';
import path from 'node:path';
import { findCommand, onlyRootChanges, safePath, searchCommand } from '../../src/system/find-command.js';
import { addTo, directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

/** No system has a command of this name. */
const NAME = 'unit-patch-test-command';
const USUAL = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const whyNotRoot = process.geteuid?.() === 0 ? undefined : 'it takes root to make files of root';
const made: string[] = [];

afterAll(() => {
  removeTrees();
  for (const place of made.splice(0)) fs.removeSync(place);
});

function executable(tree: Tree, top = makeRoot()): string {
  addTo(top, tree);
  for (const [name, item] of Object.entries(tree))
    if (typeof item === 'string') fs.chmodSync(path.join(top, name), 0o755);
  return top;
}

/** Beside the home of root: nobody else may change anything on the way there. */
function inRootsPlace(tree: Tree): string {
  const top = fs.mkdtempSync(path.join(os.userInfo().homedir, '.unit-patch-test-'));
  made.push(top);
  fs.chmodSync(top, 0o755);
  return executable(tree, top);
}

describe('a plain user has a command from', () => {
  const bin = executable({ [NAME]: '', 'node_modules/.bin/x': '', 'node_modules/p/bin/x': '', x: directory });
  fs.copySync(`${bin}/${NAME}`, `${bin}/node_modules/.bin/${NAME}`);
  fs.copySync(`${bin}/${NAME}`, `${bin}/node_modules/p/bin/${NAME}`);
  fs.symlinkSync(`${bin}/node_modules/.bin`, `${bin}/linked`);
  const find = (PATH: string): string | undefined => findCommand(NAME, PATH, false);

  test('a directory of PATH', () => {
    expect(find(`/nowhere:${bin}`)).toBe(`${bin}/${NAME}`);
  });

  test.each([
    ['the working directory', '.'],
    ['an empty entry', ':'],
    ['a relative directory', path.relative('.', bin)],
    ['the .bin of packages, as npx puts it first', `${bin}/node_modules/.bin`],
    ['anything else below a node_modules', `${bin}/node_modules/p/bin`],
    ['a link to such a directory', `${bin}/linked`],
  ])('never from %s', (_, PATH) => {
    const before = process.cwd();
    process.chdir(bin);
    const found = [find(PATH), find(`${bin}/node_modules:${PATH}`)];
    process.chdir(before);
    expect(found).toEqual([undefined, undefined]);
  });

  test.each(['', '/nowhere', '.'])('the usual directories of a system, with PATH=%s', (PATH) => {
    expect(findCommand('sh', PATH, false)).toMatch(/^\/(?:usr\/)?bin\/sh$/);
  });

  test('no directory, if it cannot be run: the reason says so', () => {
    expect(searchCommand('x', bin, false)).toEqual({ why: 'is not installed' });
  });
});

describeWhere(whyNotRoot, 'root runs', () => {
  const find = (PATH: string): string | undefined => findCommand(NAME, PATH, true);
  /** A command of root in a directory of root, changed in one way. */
  const changed = (change: (top: string) => void): string => {
    const top = inRootsPlace({ [`a/bin/${NAME}`]: '' });
    change(top);
    return `${top}/a/bin`;
  };

  test('what an administrator has installed in a directory of PATH', () => {
    const bin = changed(() => undefined);
    expect(find(bin)).toBe(`${bin}/${NAME}`);
  });

  test.each<[string, (top: string) => void]>([
    [
      'somebody else owns',
      (top) => {
        fs.chownSync(`${top}/a/bin/${NAME}`, 1234, 0);
      },
    ],
    [
      'a group may write',
      (top) => {
        fs.chmodSync(`${top}/a/bin/${NAME}`, 0o775);
      },
    ],
    [
      'anybody may write',
      (top) => {
        fs.chmodSync(`${top}/a/bin/${NAME}`, 0o757);
      },
    ],
    [
      'lies in a directory of somebody else',
      (top) => {
        fs.chownSync(`${top}/a/bin`, 1234, 0);
      },
    ],
    [
      'lies below a directory of somebody else',
      (top) => {
        fs.chownSync(`${top}/a`, 1234, 0);
      },
    ],
    [
      'lies below a directory that a group may write',
      (top) => {
        fs.chmodSync(`${top}/a`, 0o775);
      },
    ],
    [
      'lies below a directory like /tmp',
      (top) => {
        fs.chmodSync(`${top}/a`, 0o1777);
      },
    ],
    [
      'is a link to a file that others may write',
      (top) => {
        fs.moveSync(`${top}/a/bin/${NAME}`, `${top}/a/other`);
        fs.symlinkSync('../other', `${top}/a/bin/${NAME}`);
        fs.chmodSync(`${top}/a/other`, 0o777);
      },
    ],
    [
      'is a link that leads through a directory of somebody else, and back',
      (top) => {
        const theirs = makeRoot({ back: link(`${top}/a/real`) });
        fs.moveSync(`${top}/a/bin/${NAME}`, `${top}/a/real`);
        fs.symlinkSync(`${theirs}/back`, `${top}/a/bin/${NAME}`);
      },
    ],
  ])('nothing that %s, and says which file it is', (_, change) => {
    const bin = changed(change);
    expect(searchCommand(NAME, bin, true)).toEqual({
      why: `is not run: users other than root can change ${bin}/${NAME}`,
    });
    const good = changed(() => undefined);
    expect(find(`${bin}:${good}`)).toBe(`${good}/${NAME}`);
  });

  test('a link of an administrator to another directory of root', () => {
    const top = inRootsPlace({ [`opt/${NAME}`]: '', bin: link('./there/../opt'), there: directory });
    expect(find(`${top}/bin`)).toBe(`${top}/bin/${NAME}`);
  });

  test('no link that leads to itself', () => {
    const top = inRootsPlace({ loop: link('loop') });
    expect(onlyRootChanges(`${top}/loop`)).toBe(false);
  });

  test('commands with a PATH of the same directories', () => {
    const [good, bad] = [changed(() => undefined), makeRoot()];
    expect(safePath(`.::${bad}:${good}:/x/node_modules/.bin:/usr/bin`, true)).toBe(
      `${good}:${['/usr/bin', ...USUAL.split(':').filter((one) => one !== '/usr/bin')].join(':')}`,
    );
  });
});
