import fs from 'fs-extra';
import { decodeBytes, decodeLatin1 } from '../syntax/bytes.js';
import { kindOf } from './file-info.js';
import type { Entry } from './files.js';

/** Bytes that the names of a thousand units take. */
const LARGE = 64 * 1024;
/** One byte a character: a Buffer for each name takes longer than the reading. */
const LISTING = { withFileTypes: true, encoding: 'latin1' } as const;

/**
 * The entries of a directory of this machine.
 * @param size what stat(2) says of it, in bytes
 */
export function entriesIn(hostPath: string | Buffer, size: number): Entry[] {
  try {
    return (size > LARGE ? entriesInTurn : entriesAtOnce)(hostPath);
  } catch {
    return entriesByBytes(hostPath);
  }
}

/**
 * Where a file system does not say of what kind an entry is (ext4 and XFS may be made so), Node.js looks itself, by a
 * name that it has decoded wrongly: then names stay bytes. What is refused is refused once more.
 */
function entriesByBytes(hostPath: string | Buffer): Entry[] {
  return fs
    .readdirSync(Buffer.from(hostPath), { withFileTypes: true, encoding: 'buffer' })
    .map((entry) => ({ name: decodeBytes(entry.name), kind: kindOf(entry) }));
}

function entriesAtOnce(hostPath: string | Buffer): Entry[] {
  return fs.readdirSync(hostPath, LISTING).map(entryOf);
}

/** Not sorted first, which takes longer than the reading; for a small directory it is the other way round. */
function entriesInTurn(hostPath: string | Buffer): Entry[] {
  const directory = fs.opendirSync(hostPath, { ...LISTING, bufferSize: 1024 });
  try {
    const entries: Entry[] = [];
    for (let next = directory.readSync(); next; next = directory.readSync()) entries.push(entryOf(next));
    return entries;
  } finally {
    directory.closeSync();
  }
}

function entryOf(entry: fs.Dirent): Entry {
  return { name: decodeLatin1(entry.name), kind: kindOf(entry) };
}
