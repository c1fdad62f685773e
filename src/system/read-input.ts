import fs from 'fs-extra';
import { errorCode } from '../errors.js';

/** A stream of bytes, standard input for example. */
export type Input = AsyncIterable<Buffer | string>;

/** Why nothing, or not all of it, was read. */
export interface Unread {
  readonly why: string;
}

/**
 * All that a file or, for `-`, standard input holds. Pipes and devices are read too, as long as they end.
 * @param most what is longer is not read to its end; in bytes
 */
export async function readInput(
  name: string,
  most: number,
  standardInput: Input = process.stdin,
): Promise<{ readonly bytes: Buffer } | Unread> {
  const stream: Input = name === '-' ? standardInput : fs.createReadStream(name);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(Buffer.from(chunk));
      size += chunk.length;
      if (size > most) return { why: `is larger than ${most / 2 ** 20} MiB` };
    }
  } catch (error) {
    return { why: reason(errorCode(error)) };
  }
  return { bytes: Buffer.concat(chunks) };
}

function reason(code: string): string {
  const known: Partial<Record<string, string>> = {
    ENOENT: 'does not exist',
    EISDIR: 'is a directory',
    EACCES: 'cannot be read by this user (EACCES)',
  };
  return known[code] ?? `cannot be read (${code})`;
}
