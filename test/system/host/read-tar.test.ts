import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { FarFile } from '../../../src/files/far-disk.js';
import { BadTar, readTar, TAR_MAX } from '../../../src/system/host/read-tar.js';

interface Entry {
  readonly name: string;
  readonly text?: string;
  readonly type?: 'symlink' | 'link' | 'directory' | 'fifo' | 'character-device';
  readonly linkname?: string;
}

/** Reads an archive that holds these. */
async function sent(...entries: readonly Entry[]): Promise<ReadonlyMap<string, FarFile>> {
  const archive = pack();
  for (const { text, ...header } of entries) archive.entry({ mode: 0o644, ...header }, text ?? '');
  archive.finalize();
  return readTar(Readable.from(archive));
}

describe('readTar', () => {
  test('files, links and directories are kept in memory, by absolute paths', async () => {
    const files = await sent(
      { name: './etc/docker/', type: 'directory' },
      { name: './etc/docker/daemon.json', text: '{}' },
      { name: 'etc/link', type: 'symlink', linkname: '../../outside' },
      { name: 'etc/again', type: 'link', linkname: './etc/docker/daemon.json' },
      { name: 'etc/pipe', type: 'fifo' },
    );
    expect([...files.keys()]).toEqual([
      '/etc/docker',
      '/etc/docker/daemon.json',
      '/etc/link',
      '/etc/again',
      '/etc/pipe',
    ]);
    expect(files.get('/etc/docker/daemon.json')?.bytes?.toString()).toBe('{}');
    expect(files.get('/etc/link')).toMatchObject({ link: '../../outside' });
    expect(files.get('/etc/again')?.bytes?.toString()).toBe('{}');
    expect(files.get('/etc/pipe')?.info?.kind).toBe('other');
  });

  test('names of any length', async () => {
    const name = `etc/${'long/'.repeat(60)}${'n'.repeat(200)}`;
    const files = await sent({ name, text: 'x' }, { name: 'l', type: 'symlink', linkname: `/${name}` });
    expect(files.get(`/${name}`)?.bytes?.toString()).toBe('x');
    expect(files.get('/l')?.link).toBe(`/${name}`);
  });

  test('a file that no plan would read keeps its size only', async () => {
    const files = await sent({ name: 'large', text: 'x'.repeat(3 * 2 ** 20) }, { name: 'small', text: 'y' });
    expect(files.get('/large')).toEqual({ info: { kind: 'file', size: 3 * 2 ** 20, mode: 0o644 } });
    expect(files.get('/small')?.bytes?.toString()).toBe('y');
  });

  test.each(['../etc/passwd', 'etc/../../passwd', './..'])('%s is refused', async (name) => {
    await expect(sent({ name, text: 'x' })).rejects.toThrow('leads upwards');
  });

  test('what is announced to be too large is not waited for', async () => {
    const archive = pack();
    archive.entry({ name: 'large', size: 2 ** 30 });
    await expect(readTar(Readable.from(archive))).rejects.toThrow('more than 128 MiB');
  });

  test('no end of data is refused before it fills the memory', async () => {
    const zeros = Buffer.alloc(2 ** 20);
    const archive = pack();
    archive.entry({ name: 'x', size: 2 ** 20 });
    const [header] = (await once(archive, 'data')) as [Buffer];
    archive.destroy();
    let size = 0;
    const endless = Readable.from(
      (function* () {
        yield header;
        for (;;) {
          size += zeros.length;
          yield zeros;
        }
      })(),
    );
    await expect(readTar(endless)).rejects.toThrow('more than 128 MiB');
    expect(size).toBeLessThan(2 * TAR_MAX);
  });

  test.each([
    ['a text', Buffer.from('bash: tar: command not found\n'.repeat(50))],
    ['half an archive', Buffer.alloc(512, 'etc/a')],
  ])('%s is no archive', async (_, bytes) => {
    await expect(readTar(Readable.from([bytes]))).rejects.toThrow(BadTar);
  });

  test('nothing at all holds nothing', async () => {
    expect(await readTar(Readable.from([Buffer.alloc(1024)]))).toEqual(new Map());
  });
});
