import { describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { type Followed, type RootPath, rootPath } from '../../src/files/files.js';
import type { RootFiles } from '../../src/files/root-files.js';
import type { RootSystem } from '../../src/system/root-system.js';
import { directory, fingerprint, link, makeRoot } from '../helpers/tree.js';

/** The classes to attack, as they were imported. */
export interface Attacked {
  readonly RootFiles: typeof RootFiles;
  readonly RootSystem: typeof RootSystem;
}

/** The attacker's move: the real directory goes aside, and a link to what lies outside takes its place. */
function exchange(place: string, outside: string): void {
  if (fs.existsSync(`${place}.moved`)) return;
  fs.renameSync(place, `${place}.moved`);
  fs.symlinkSync(outside, place);
}

/** Views in which the exchange happens right after a path was resolved. */
function viewsOf({ RootFiles, RootSystem }: Attacked, root: string, move: () => void) {
  class Exchanged extends RootFiles {
    override follow(path: RootPath): Followed {
      const followed = super.follow(path);
      move();
      return followed;
    }
    override followParents(path: RootPath): Followed {
      const followed = super.followParents(path);
      move();
      return followed;
    }
  }
  class Exchanging extends RootSystem {
    protected override view(): RootFiles {
      return new Exchanged(root);
    }
  }
  return {
    system: new Exchanging(new RootFiles(root), undefined),
    files: new Exchanged(root),
    snapshot: new Exchanged(root, true),
  };
}

type Views = ReturnType<typeof viewsOf>;

const acts: Record<string, (views: Views) => unknown> = {
  written: ({ system }) => {
    system.writeFile(rootPath('/etc/dir/file'), 'x');
  },
  'made, a directory': ({ system }) => {
    system.makeDirectory(rootPath('/etc/dir/new'));
  },
  removed: ({ system }) => {
    system.removeFile(rootPath('/etc/dir/file'));
  },
  'removed, a directory': ({ system }) => {
    system.removeDirectory(rootPath('/etc/dir/sub'));
  },
  read: ({ files }) => files.read(rootPath('/etc/dir/file')),
  'read, by a view that never looks twice': ({ snapshot }) => snapshot.read(rootPath('/etc/dir/file')),
  listed: ({ files }) => files.list(rootPath('/etc/dir')),
  'listed, by a view that never looks twice': ({ snapshot }) => snapshot.list(rootPath('/etc/dir')),
  'read, a link': ({ files }) => files.readLink(rootPath('/etc/dir/link')),
};

const below = (dir: string): Record<string, string | typeof directory> => ({
  [`${dir}/file`]: 'old',
  [`${dir}/sub`]: directory,
  [`${dir}/link`]: link('elsewhere'),
});

/** Tests that nothing outside of a root is touched or read when a directory is exchanged for a link. */
export function describeExchanged(attacked: Attacked): void {
  describe.each([
    ['the directory', 'root/etc/dir', 'outside'],
    ['a directory above it', 'root/etc', 'outside/etc'],
    ['the root itself', 'root', 'outside/root'],
  ])('when %s turns into a link after the path was resolved,', (_, place, outside) => {
    test.each(Object.entries(acts))('nothing is %s where the link leads', (_what, act) => {
      const machine = makeRoot({
        ...below('root/etc/dir'),
        ...below('outside'),
        ...below('outside/etc/dir'),
        ...below('outside/root/etc/dir'),
      });
      const before = fingerprint(`${machine}/outside`);
      const workingDirectory = process.cwd();
      const views = viewsOf(attacked, `${machine}/root`, () => {
        exchange(`${machine}/${place}`, `${machine}/${outside}`);
      });
      expect(() => act(views)).toThrow(/ELOOP|ENOTDIR|was moved while it was used/);
      expect(fingerprint(`${machine}/outside`)).toBe(before);
      expect(process.cwd()).toBe(workingDirectory);
    });
  });
}
