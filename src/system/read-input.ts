import type { Readable } from 'node:stream';
import fs from 'fs-extra';
import { errorCode } from '../errors.js';

/** Why nothing, or not all of it, was read. */
export interface Unread {
  readonly why: string;
}

/**
 * All the text of a file or, for `-`, of standard input. Pipes and devices are read too, as long as they end.
 * @param most what is longer is not read to its end; in bytes
 */
export async function readInput(name: string, most: number): Promise<{ readonly text: string } | Unread> {
  const stream: Readable = name === '-' ? process.stdin : fs.createReadStream(name);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      if (size > most) return { why: `is larger than ${most / 2 ** 20} MiB` };
      chunks.push(bytes);
    }
  } catch (error) {
    return { why: reason(errorCode(error)) };
  }
  return { text: Buffer.concat(chunks).toString() };
}

function reason(code: string): string {
  const known: Partial<Record<string, string>> = {
    ENOENT: 'does not exist',
    EISDIR: 'is a directory',
    EACCES: 'cannot be read by this user (EACCES)',
  };
  return known[code] ?? `cannot be read (${code})`;
}
