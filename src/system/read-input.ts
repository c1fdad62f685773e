import fs from 'fs-extra';
import { EXIT, errorCode, UnitPatchError } from '../errors.js';

/** Far above what the units of one machine come to. In bytes. */
const SIZE_MAX = 8 << 20;

/**
 * What a file of this machine holds that was named on the command line.
 * @throws UnitPatchError `bad-input` where it is no file, is not there, or is too large
 */
export function readInput(path: string): Buffer {
  try {
    const stats = fs.statSync(path);
    // A pipe is what `<(systemctl cat …)` makes.
    if (!stats.isFile() && !stats.isFIFO())
      throw badInput(
        `${path} is ${stats.isDirectory() ? 'a directory' : 'no file'}`,
        'name a file, or - for standard input',
      );
    if (stats.size > SIZE_MAX) throw tooLarge(path);
    return notTooLarge(path, fs.readFileSync(path));
  } catch (error) {
    if (error instanceof UnitPatchError) throw error;
    const reasons: Partial<Record<string, string>> = { ENOENT: 'does not exist', EACCES: 'may not be read' };
    const code = errorCode(error);
    throw badInput(
      `${path} ${reasons[code] ?? `cannot be read (${code || String(error)})`}`,
      'name a file, or - for standard input',
    );
  }
}

/** All that a stream gives, standard input for example. */
export async function readStream(stream: AsyncIterable<Buffer | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > SIZE_MAX) throw tooLarge('standard input');
  }
  return Buffer.concat(chunks);
}

function notTooLarge(path: string, bytes: Buffer): Buffer {
  if (bytes.length > SIZE_MAX) throw tooLarge(path);
  return bytes;
}

function tooLarge(name: string): UnitPatchError {
  return badInput(`${name} holds more than ${SIZE_MAX} bytes`, 'no such text is so large: name another file');
}

function badInput(message: string, hint: string): UnitPatchError {
  return new UnitPatchError('bad-input', message, EXIT.usage, hint);
}
