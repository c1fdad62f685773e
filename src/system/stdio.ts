import fs from 'node:fs';
import { errorCode, EXIT, UnitPatchError } from '../errors.js';

/** Whether a descriptor is a terminal. */
export function isTerminal(descriptor: number): boolean {
  try {
    const stats = fs.fstatSync(descriptor);
    // node:tty takes long to load, and most descriptors cannot be a terminal.
    if (!stats.isCharacterDevice() || stats.rdev === fs.statSync('/dev/null').rdev) return false;
    return process.getBuiltinModule('node:tty').isatty(descriptor);
  } catch {
    return false;
  }
}

/** How much a terminal shows, in characters and lines. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * Writes text to standard output (1) or standard error (2), without Node.js's own streams, which take long to load.
 * A reader that goes away early, `| head` for example, is not a failure.
 */
export class Output {
  private stream: NodeJS.WriteStream | undefined;
  private terminal: boolean | undefined;

  constructor(private readonly descriptor: 1 | 2) {}

  /** Whether a person may see it as it is written. */
  get isTerminal(): boolean {
    return (this.terminal ??= isTerminal(this.descriptor));
  }

  /** The size of the terminal; undefined if there is none, or it does not say. */
  get size(): TerminalSize | undefined {
    if (!this.isTerminal) return undefined;
    const { columns, rows } = this.descriptor === 1 ? process.stdout : process.stderr;
    // A terminal that was never given a size says 0.
    return columns > 0 && rows > 0 ? { columns, rows } : undefined;
  }

  /** Whether some of it is still to be written. */
  get isWaiting(): boolean {
    return (this.stream?.writableLength ?? 0) > 0;
  }

  /** @throws UnitPatchError `cannot-write` if standard output takes no more */
  write(text: string): void {
    const bytes = Buffer.from(text);
    let done = 0;
    try {
      while (done < bytes.length && !this.stream) done += fs.writeSync(this.descriptor, bytes, done);
    } catch (error) {
      const code = errorCode(error);
      // It is a non-blocking pipe; the stream of Node.js waits.
      if (code === 'EAGAIN') this.stream = this.waitingStream();
      else if (this.descriptor === 1 && code !== 'EPIPE') throw cannotWrite(code);
    }
    this.stream?.write(bytes.subarray(done));
  }

  private waitingStream(): NodeJS.WriteStream {
    const stream = this.descriptor === 1 ? process.stdout : process.stderr;
    return stream.on('error', () => undefined);
  }
}

const cannotWrite = (code: string): UnitPatchError =>
  new UnitPatchError(
    'cannot-write',
    code === 'ENOSPC'
      ? 'standard output: no space left on the device (ENOSPC)'
      : `standard output cannot be written (${code})`,
    EXIT.usage,
  );

/** A stream of bytes, standard input for example. */
export type ByteStream = AsyncIterable<Buffer | string>;

/** Why nothing, or not all of it, was read. */
export interface Unread {
  readonly why: string;
}

/**
 * All that a file or, for `-`, standard input holds. Pipes and devices are read too, as long as they end.
 * @param most the size above which it is not read to its end; in bytes
 */
export async function readInput(
  name: string,
  most: number,
  standardInput: ByteStream = process.stdin,
): Promise<{ readonly bytes: Buffer } | Unread> {
  const stream: ByteStream = name === '-' ? standardInput : fs.createReadStream(name);
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
