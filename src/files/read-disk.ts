import fs, { constants } from 'node:fs';
import { decodeBytes, encodeBytes } from '../syntax/bytes.js';
import { type FileInfo, type FileKind, infoOf, kindOf, type RootPath } from './files.js';
import { moved, PinnedDirectory } from './pinned-directory.js';
import { hasProc, liesAt } from './proc.js';
import { notAFile, tooLarge } from './read-errors.js';

/** Far above any unit file, in bytes; at worst a file of this size takes seconds and half a gigabyte. */
export const FILE_MAX = 2 * 1024 * 1024;
/** Bytes that the names of a thousand units take. */
const LARGE = 64 * 1024;
/** Stands in a name for bytes that are not UTF-8. */
const REPLACED = '\ufffd';

/** The names in a directory: regular files, and everything else with its kind. */
export interface NamesOnDisk {
  readonly files: string[];
  readonly others: Map<string, FileKind>;
}

/**
 * Lists a directory of this machine.
 * @param size its size by stat(2), in bytes
 * @param most how many names of files are enough
 */
export function listDirectory(hostPath: string | Buffer, size: number, most = Infinity): NamesOnDisk {
  try {
    return (size > LARGE ? inTurn : atOnce)(hostPath, most);
  } catch {
    // A name may not be UTF-8. And if a file system does not report the kind of an entry (ext4 and XFS may be made
    // so), Node.js looks it up by a name that it has decoded wrongly. A real refusal fails here again.
    return inBytes(hostPath, most);
  }
}

function atOnce(hostPath: string | Buffer, most: number): NamesOnDisk {
  const names: Kept = { files: [], others: new Map(), most };
  for (const entry of fs.readdirSync(hostPath, { withFileTypes: true })) add(names, textOf(entry), entry);
  return names;
}

/** Reads without sorting first, which takes longer than reading; for a small directory it is the other way round. */
function inTurn(hostPath: string | Buffer, most: number): NamesOnDisk {
  const names: Kept = { files: [], others: new Map(), most };
  const directory = fs.opendirSync(hostPath, { bufferSize: 1024 });
  try {
    for (let next = directory.readSync(); next; next = directory.readSync()) add(names, textOf(next), next);
    return names;
  } finally {
    directory.closeSync();
  }
}

/** Names that are not UTF-8 are read as bytes, which takes longer. */
function inBytes(hostPath: string | Buffer, most: number): NamesOnDisk {
  const names: Kept = { files: [], others: new Map(), most };
  const options = { withFileTypes: true, encoding: 'buffer' } as const;
  for (const entry of fs.readdirSync(Buffer.from(hostPath), options))
    add(names, decodeBytes(entry.name), entry);
  return names;
}

function textOf({ name }: fs.Dirent): string {
  if (name.includes(REPLACED)) throw new RangeError('not UTF-8');
  return name;
}

interface Kept extends NamesOnDisk {
  readonly most: number;
}

function add({ files, others, most }: Kept, name: string, entry: Parameters<typeof kindOf>[0]): void {
  if (!entry.isFile()) others.set(name, kindOf(entry));
  else if (files.length < most) files.push(name);
}

/** A FIFO may be there by now: opening it would wait for a writer for ever. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Opens a file for reading, and makes sure that it lies where its path says: a directory on the way may have been
 * exchanged for a link since the path was resolved.
 * @param hostPath without links, as RootFiles resolves it
 * @returns its descriptor
 * @throws UnitPatchError `moved` if it lies elsewhere; a system error
 */
export function openPinned(hostPath: string | Buffer): number {
  if (!hasProc()) return inItsDirectory(hostPath, (path) => fs.openSync(path, FLAGS));
  const file = fs.openSync(hostPath, FLAGS);
  try {
    if (liesAt(file, hostPath)) return file;
  } catch (error) {
    fs.closeSync(file);
    throw error;
  }
  fs.closeSync(file);
  throw moved(hostPath);
}

/**
 * Reads a small regular file, which lies where its path says, see openPinned().
 * @param path what it is called in errors
 */
export function readPinnedFile(hostPath: string | Buffer, path: RootPath): Buffer {
  const file = openPinned(hostPath);
  try {
    const info = infoOf(fs.fstatSync(file));
    mustBeSmallFile(path, info);
    // A file of size 0 is not read: in /proc such files may have no end.
    return info.size === 0 ? Buffer.alloc(0) : readAll(file, info.size);
  } finally {
    fs.closeSync(file);
  }
}

/** @throws UnitPatchError if there is anything but a regular file, or one that is larger than any unit file */
export function mustBeSmallFile(path: RootPath, { kind, size }: FileInfo): void {
  if (kind !== 'file') throw notAFile(path, kind);
  if (size > FILE_MAX) throw tooLarge(path, size, FILE_MAX);
}

/** Reads as many bytes as the file said it holds; one that shrinks meanwhile gives less. */
function readAll(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  let end = 0;
  for (let more = -1; more !== 0 && end < size; end += more)
    more = fs.readSync(file, bytes, end, size - end, null);
  return bytes.subarray(0, end);
}

/** The text of a link, read in the directory that its path names. */
export function readPinnedLink(hostPath: string | Buffer): string {
  return inItsDirectory(hostPath, (path) => decodeBytes(fs.readlinkSync(path, { encoding: 'buffer' })));
}

/** The texts of the links in a directory; asking for one that cannot be read throws the reason. */
export function linksIn(held: PinnedDirectory, { others }: NamesOnDisk): [name: string, text: string][] {
  return [...others].flatMap(([name, kind]): [string, string][] => {
    if (kind !== 'link') return [];
    try {
      const text = fs.readlinkSync(held.atBytes(encodeBytes(name)), { encoding: 'buffer' });
      return [[name, decodeBytes(text)]];
    } catch {
      return [];
    }
  });
}

function inItsDirectory<Result>(hostPath: string | Buffer, run: (path: string | Buffer) => Result): Result {
  const slash = hostPath.lastIndexOf('/');
  if (typeof hostPath === 'string')
    return PinnedDirectory.hold(hostPath.slice(0, slash) || '/', (directory) =>
      run(directory.at(hostPath.slice(slash + 1))),
    );
  return PinnedDirectory.hold(slash === 0 ? '/' : hostPath.subarray(0, slash), (directory) =>
    run(directory.atBytes(hostPath.subarray(slash + 1))),
  );
}
