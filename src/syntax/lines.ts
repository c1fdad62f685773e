/**
 * Where one line of a unit file ends, as systemd's read_line() sees it: at LF, CR or NUL, and at runs of
 * them in which none repeats (CR LF, LF CR, CR LF NUL …). A NUL always closes the run.
 */

const LF = 10;
const CR = 13;

/** Where the lines of one file end. */
export interface LineEnds {
  /** Where the ending begins of the line that starts at `start`; the last line may end with the file. */
  readonly end: (start: number) => number;
  /** Where the next line starts, after the ending that begins at `end`. */
  readonly next: (end: number) => number;
}

/**
 * Finds the lines of a file.
 * @param bytes the file, one character per byte (latin1), so that any input at all survives
 */
export function lineEnds(bytes: string): LineEnds {
  const plain = !bytes.includes('\r') && !bytes.includes('\0');
  if (plain)
    return {
      end: (start) => orLength(bytes.indexOf('\n', start), bytes),
      next: (end) => Math.min(end + 1, bytes.length),
    };
  const anyEnding = /[\n\r\0]/g;
  return {
    end: (start) => orLength(indexOfMatch(anyEnding, bytes, start), bytes),
    next: (end) => afterEnding(bytes, end),
  };
}

function orLength(index: number, bytes: string): number {
  return index < 0 ? bytes.length : index;
}

function indexOfMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

function afterEnding(bytes: string, start: number): number {
  const seen = new Set<number>();
  let at = start;
  while (at < bytes.length) {
    const code = bytes.charCodeAt(at);
    const isEnding = code === LF || code === CR || code === 0;
    if (!isEnding || seen.has(code)) return at;
    at++;
    if (code === 0) return at;
    seen.add(code);
  }
  return at;
}
