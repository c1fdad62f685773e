import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import fs from 'fs-extra';
import { FarDisk, type FarFile } from '../../src/files/far-disk.js';
import { type Files, type RootPath, rootPath } from '../../src/files/files.js';
import { RootFiles } from '../../src/files/root-files.js';
import { encodeBytes } from '../../src/syntax/bytes.js';
import { lookScript, readLooks } from '../../src/system/host/far-files.js';
import { directory, link, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const INFO = { kind: 'file', size: 2, mode: 0o644 } as const;
const FILE: FarFile = { info: INFO, bytes: Buffer.from('x\n') };
const DIRECTORY: FarFile = { info: { kind: 'directory', size: 0, mode: 0o755 } };

/** Answers from a list, and keeps what it was asked. */
function answering(there: Record<string, FarFile>): { disk: FarDisk; asked: string[] } {
  const asked: string[] = [];
  const disk = new FarDisk((paths) => {
    asked.push(...paths);
    return paths.map((path) => there[path]);
  });
  return { disk, asked };
}

describe('FarDisk', () => {
  test('what was sent is not asked for', () => {
    const { disk, asked } = answering({});
    disk.keep(
      new Map([
        [rootPath('/etc'), DIRECTORY],
        [rootPath('/etc/a'), FILE],
      ]),
      true,
    );
    expect(disk.lstat(rootPath('/etc/a'))).toEqual(FILE.info);
    expect(disk.read(rootPath('/etc/a'), rootPath('/etc/a')).toString()).toBe('x\n');
    expect(disk.lstat(rootPath('/etc/b'))).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('if something was left out, what was not sent is asked for', () => {
    const { disk, asked } = answering({ '/etc/secret': { info: INFO, refused: 'EACCES' } });
    disk.keep(new Map([[rootPath('/etc'), DIRECTORY]]), false);
    const path = rootPath('/etc/secret');
    expect(disk.lstat(path)).toEqual(FILE.info);
    expect(() => disk.read(path, path)).toThrow('/etc/secret cannot be read (EACCES)');
    expect(new Set(asked)).toEqual(new Set([path]));
  });

  test('a file that no plan would read is named, not read', () => {
    const path = rootPath('/etc/large');
    const { disk } = answering({ [path]: { info: { kind: 'file', size: 3e9, mode: 0o644 } } });
    expect(() => disk.read(path, path)).toThrow('/etc/large holds 3000000000 bytes');
  });
});

/** A root that is looked at as another machine is, by the script. */
function fromAfar(root: string): Files {
  const look = (paths: readonly RootPath[], withContent: boolean): readonly (FarFile | undefined)[] => {
    const script = lookScript(
      paths.map((path) => rootPath(path === '/' ? root : root + path)),
      withContent,
    );
    const { stdout } = spawnSync('sh', ['-s'], { input: encodeBytes(script), encoding: 'utf8' });
    const files = readLooks(stdout);
    if (files?.length !== paths.length) throw new Error(stdout);
    return files;
  };
  return new RootFiles(root, true, new FarDisk(look));
}

/** Everything that can be asked of a path, or the error. */
function seen(files: Files, path: RootPath): unknown {
  const attempt = <Result>(ask: () => Result): Result | string => {
    try {
      return ask();
    } catch (error) {
      return (error as Error).message;
    }
  };
  const followed = attempt(() => files.follow(path));
  const info = typeof followed === 'string' ? undefined : followed.info;
  return {
    kind: attempt(() => files.lstat(path)?.kind),
    end: typeof followed === 'string' ? followed : [followed.path, info?.kind, info?.mode, followed.lost],
    names: attempt(() => files.list(path)?.names().sort()),
    text: attempt(() => info?.kind === 'file' && files.read(path).toString('latin1')),
    link: attempt(() => files.lstat(path)?.kind === 'link' && files.readLink(path)),
  };
}

describe('a root that another machine tells of', () => {
  let root: string;

  beforeAll(() => {
    root = makeRoot({
      'etc/a': 'text\n',
      'etc/empty': '',
      'etc/large': 'x'.repeat(100_000),
      'etc/.hidden': 'h',
      'etc/with space': 's',
      "etc/it's": 'q',
      'etc/dir/b': 'b',
      'etc/none': directory,
      'etc/to-a': link('a'),
      'etc/absolute': link('/etc/dir'),
      'etc/up': link('../../../etc/a'),
      'etc/nowhere': link('/gone'),
      'etc/loop': link('loop'),
      'etc/program': 'p',
      lib: link('etc'),
    });
    fs.chmodSync(`${root}/etc/program`, 0o755);
    fs.writeFileSync(Buffer.from(`${root}/etc/\xff`, 'latin1'), 'bytes');
    fs.writeFileSync(`${root}/etc/line\nbreak`, 'n');
    spawnSync('mkfifo', [`${root}/etc/pipe`]);
  });

  test('it is the same root as on the machine itself', () => {
    const [near, far] = [new RootFiles(root, true), fromAfar(root)];
    const names = near.list(rootPath('/etc'))?.names() ?? [];
    expect(names).toContain('\udcff');
    const more = ['/', '/etc', '/lib', '/lib/a', '/etc/absolute/b', '/etc/a/b', '/etc/dir/../a', '/no/thing'];
    for (const path of [...more, ...names.map((name) => `/etc/${name}`)].map(rootPath))
      expect({ path, ...(seen(far, path) as object) }).toEqual({ path, ...(seen(near, path) as object) });
  });

  test('an answer that is none is noticed', () => {
    expect(readLooks('')).toEqual([]);
    expect(readLooks('f 644 1\n')).toBeUndefined();
    expect(readLooks('welcome!\n.\n')).toBeUndefined();
    expect(readLooks('f 644 99999999999999999999\n.\n')).toBeUndefined();
    expect(readLooks('-\n.\n')).toEqual([undefined]);
  });
});
