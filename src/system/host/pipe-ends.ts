import fs from 'node:fs';
import { errorCode } from '../../errors.js';
import { encodeBytes } from '../../syntax/bytes.js';

const CHUNK = Buffer.alloc(64 * 1024);

/** A mark and a status are shorter than that. */
const ENDING_MAX = 100;

/** What is on its way to the shell. */
export class Sending {
  private left: Uint8Array;
  isRefused = false;

  constructor(
    private readonly fd: number,
    script: string,
  ) {
    this.left = encodeBytes(script);
  }

  /** Sends as much as the pipe takes, and says whether it took anything. */
  go(): boolean {
    if (this.left.length === 0) return false;
    try {
      this.left = this.left.subarray(fs.writeSync(this.fd, this.left));
      return true;
    } catch (error) {
      this.isRefused = errorCode(error) !== 'EAGAIN';
      return false;
    }
  }
}

/** What the shell has printed on one of its two ways since the script was sent. */
export class Printed {
  private readonly chunks: Buffer[] = [];
  private readonly pattern: RegExp;
  private tail = '';
  size = 0;
  hasEnded = false;

  constructor(
    private readonly fd: number,
    mark: string,
  ) {
    this.pattern = new RegExp(`\\n${mark} ([0-9]+)\\n$`);
  }

  /** Reads what has come, and says whether there was anything. */
  read(): boolean {
    try {
      const length = fs.readSync(this.fd, CHUNK);
      this.hasEnded = length === 0;
      this.size += length;
      this.chunks.push(Buffer.from(CHUNK.subarray(0, length)));
      this.tail = (this.tail + CHUNK.toString('latin1', 0, length)).slice(-ENDING_MAX);
      return length > 0;
    } catch (error) {
      this.hasEnded = errorCode(error) !== 'EAGAIN';
      return false;
    }
  }

  /** The status after the mark; undefined before it has come. */
  get ending(): string | undefined {
    return this.pattern.exec(this.tail)?.[1];
  }

  /** All of it but the mark. */
  text(): string {
    const length = this.pattern.exec(this.tail)?.[0].length ?? 0;
    return Buffer.concat(this.chunks)
      .subarray(0, this.size - length)
      .toString();
  }
}
