import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { rootPath, type Followed, type RootPath } from '../../src/system/files.js';
import { openRoot } from '../../src/system/open-root.js';
import { PinnedDirectory } from '../../src/system/pinned-directory.js';
import { RootFiles } from '../../src/system/root-files.js';
import { RootSystem } from '../../src/system/root-system.js';
import { directory, fingerprint, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** A system in which somebody exchanges a directory for a link right after a path was resolved. */
function exchanging(root: string, exchange: () => void): RootSystem {
  class Exchanged extends RootFiles {
    override followParents(path: RootPath): Followed {
      const followed = super.followParents(path);
      exchange();
      return followed;
    }
  }
  class Exchanging extends RootSystem {
    protected override view(): RootFiles {
      return new Exchanged(root);
    }
  }
  return new Exchanging(openRoot(root), undefined);
}

/** The attacker's move: the real directory goes aside, and a link to what lies outside takes its place. */
function swap(place: string, outside: string): void {
  fs.renameSync(place, `${place}.moved`);
  fs.symlinkSync(outside, place);
}

const acts: [what: string, act: (system: RootSystem) => void][] = [
  [
    'written',
    (system) => {
      system.writeFile(rootPath('/etc/dir/file'), 'x');
    },
  ],
  [
    'made',
    (system) => {
      system.makeDirectory(rootPath('/etc/dir/new'));
    },
  ],
  [
    'removed',
    (system) => {
      system.removeFile(rootPath('/etc/dir/file'));
    },
  ],
  [
    'removed, a directory,',
    (system) => {
      system.removeDirectory(rootPath('/etc/dir/sub'));
    },
  ],
];

const content = { file: 'old', sub: directory };
const below = (dir: string): Record<string, (typeof content)['file'] | typeof directory> =>
  Object.fromEntries(Object.entries(content).map(([name, item]) => [`${dir}/${name}`, item]));

describe.each([
  ['the directory', 'root/etc/dir', 'outside'],
  ['a directory above it', 'root/etc', 'outside/etc'],
  ['the root itself', 'root', 'outside/root'],
])('when %s turns into a link after the path was resolved,', (_, place, outside) => {
  test.each(acts)('nothing is %s where the link leads', (_what, act) => {
    const machine = makeRoot({
      ...below('root/etc/dir'),
      ...below('outside'),
      ...below('outside/etc/dir'),
      ...below('outside/root/etc/dir'),
    });
    const before = fingerprint(`${machine}/outside`);
    const system = exchanging(`${machine}/root`, () => {
      swap(`${machine}/${place}`, `${machine}/${outside}`);
    });
    expect(() => {
      act(system);
    }).toThrow();
    expect(fingerprint(`${machine}/outside`)).toBe(before);
  });
});

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
