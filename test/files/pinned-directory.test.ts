import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { PinnedDirectory } from '../../src/files/pinned-directory.js';
import { RootFiles } from '../../src/files/root-files.js';
import { RootSystem } from '../../src/system/root-system.js';
import { directory, link, makeRoot, removeTrees } from '../helpers/tree.js';
import { describeExchanged } from '../system/exchanged.js';

afterAll(removeTrees);

/** The attacker's move: the real directory goes aside, and a link to what lies outside takes its place. */
function swap(place: string, outside: string): void {
  fs.renameSync(place, `${place}.moved`);
  fs.symlinkSync(outside, place);
}

describeExchanged({ RootFiles, RootSystem });

describe('a directory that is held', () => {
  test('stays the same one when its path leads elsewhere', () => {
    const root = makeRoot({ 'dir/a': 'mine', 'outside/a': 'theirs' });
    PinnedDirectory.hold(`${root}/dir`, (held) => {
      swap(`${root}/dir`, `${root}/outside`);
      fs.writeFileSync(held.at('b'), '');
      expect(fs.readFileSync(held.at('a'), 'utf8')).toBe('mine');
    });
    expect(fs.readdirSync(`${root}/outside`)).toEqual(['a']);
  });

  test('lists its files, and neither links nor directories', () => {
    const root = makeRoot({ file: '', dir: directory, link: link('file') });
    expect(PinnedDirectory.hold(root, (held) => held.fileNames())).toEqual(['file']);
  });

  test('is named by its path in errors', () => {
    const root = makeRoot();
    const act = (): void => {
      PinnedDirectory.hold(root, (held) => fs.readFileSync(held.at('nothing')));
    };
    expect(act).toThrow(`${root}/nothing`);
  });

  test('is closed again', () => {
    const root = makeRoot();
    const open = (): number => fs.readdirSync('/dev/fd').length;
    const before = open();
    PinnedDirectory.hold(root, () => undefined);
    expect(() =>
      PinnedDirectory.hold(root, () => {
        throw new Error('x');
      }),
    ).toThrow('x');
    expect(open()).toBe(before);
  });
});

test('a file or directory may be made at the very top of a root', () => {
  const root = makeRoot();
  const system = new RootSystem(openRoot(root), undefined);
  system.makeDirectory(rootPath('/etc'));
  system.writeFile(rootPath('/file'), 'x');
  expect(fs.readdirSync(root).sort()).toEqual(['etc', 'file']);
});
