import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import type { FarFile } from '../../files/far-disk.js';
import { type FileKind, type RootPath, rootPath } from '../../files/files.js';
import { FILE_MAX } from '../../files/read-disk.js';
import { decodeBytes } from '../../syntax/bytes.js';

/** 50,000 units take less than half of it; in bytes. */
export const TAR_MAX = 128 * 2 ** 20;
const ENTRIES_MAX = 400_000;
/** The longest path that the kernel takes; a longer name is made up. */
const NAME_MAX = 4096;

/** What is wrong with an archive. */
export class BadTar extends Error {}

/** The kinds of entries, as tar(5) has them, that say something of a path. */
const KINDS: Partial<Record<string, FileKind>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'link',
  'character-device': 'device',
  'block-device': 'device',
  fifo: 'other',
};

/**
 * Reads an archive from a machine that is not trusted: into memory, where a link leads nowhere but to another path of
 * the same machine. Files that no plan would read keep their size, and lose their content.
 * @returns what it holds, by absolute paths
 * @throws BadTar if it holds too much, a path that leads upwards, or no archive
 */
export async function readTar(stream: Readable): Promise<Map<RootPath, FarFile>> {
  const files = new Map<RootPath, FarFile>();
  const archive = extract({ filenameEncoding: 'latin1' } as object);
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > TAR_MAX) stop(tooMuch());
  });
  /** A source without an end would be read on for ever. */
  const stop = (error: Error): void => {
    stream.unpipe(archive);
    stream.destroy();
    archive.destroy(error);
  };
  stream.once('error', stop);
  stream.pipe(archive);
  try {
    for await (const entry of archive) {
      const { header } = entry;
      // What is announced need not be waited for.
      if (size + header.size > TAR_MAX) throw tooMuch();
      if (files.size >= ENTRIES_MAX) throw new BadTar(`it sends more than ${ENTRIES_MAX} files`);
      const content = header.type === 'file' ? await contentOf(entry, header.size) : undefined;
      if (content === undefined) entry.resume();
      const file = header.type === 'link' ? files.get(pathOf(header.linkname)) : fileOf(header, content);
      if (file) files.set(pathOf(header.name), file);
    }
  } catch (error) {
    stop(error as Error);
    throw error instanceof BadTar ? error : new BadTar(`it sends no archive: ${(error as Error).message}`);
  }
  return files;
}

function tooMuch(): BadTar {
  return new BadTar(`it sends more than ${TAR_MAX / 2 ** 20} MiB`);
}

interface Header {
  readonly type?: string | null;
  readonly size?: number;
  readonly mode?: number;
  readonly linkname?: string | null;
}

function fileOf(
  { type, size = 0, mode = 0, linkname }: Header,
  bytes: Buffer | undefined,
): FarFile | undefined {
  const kind = KINDS[type ?? ''];
  if (!kind) return undefined;
  const info = { kind, size: kind === 'file' ? size : 0, mode: mode & 0o7777 };
  if (kind === 'link') return { info, link: textOf(linkname ?? '') };
  return bytes ? { info, bytes } : { info };
}

async function contentOf(entry: AsyncIterable<unknown>, size: number): Promise<Buffer | undefined> {
  if (size === 0 || size > FILE_MAX) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** tar strips the slash at the beginning, and adds one to a directory. */
function pathOf(name: string): RootPath {
  if (name.length > NAME_MAX) throw new BadTar('it sends a path that is too long');
  const names = textOf(name)
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (names.includes('..')) throw new BadTar(`it sends a path that leads upwards: ${JSON.stringify(name)}`);
  return rootPath(`/${names.join('/')}`);
}

function textOf(bytes: string): string {
  return decodeBytes(Buffer.from(bytes, 'latin1'));
}
