const [NEWLINE, RETURN, NUL] = [0x0a, 0x0d, 0];

/**
 * The roots that a list names, one per line, as `find` prints them, or separated by NUL (`find -print0`). Each is made
 * a string when its turn comes: a list may name a million. Empty lines are ignored.
 */
export class RootList implements Iterable<string> {
  private readonly separator: number;
  /** how many there are */
  readonly length: number;

  constructor(private readonly bytes: Buffer) {
    this.separator = bytes.includes(NUL) ? NUL : NEWLINE;
    let length = 0;
    for (const root of this) if (root) length++;
    this.length = length;
  }

  *[Symbol.iterator](): Generator<string> {
    const { bytes, separator } = this;
    for (let from = 0; from < bytes.length;) {
      const found = bytes.indexOf(separator, from);
      const end = found < 0 ? bytes.length : found;
      const hasReturn = found > from && separator === NEWLINE && bytes[end - 1] === RETURN;
      const root = bytes.toString('utf8', from, hasReturn ? end - 1 : end);
      if (root.trim() !== '') yield root;
      from = end + 1;
    }
  }
}
