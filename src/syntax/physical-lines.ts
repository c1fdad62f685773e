/**
 * Where one line of a unit file ends, as systemd's read_line() sees it: at LF, CR or NUL, and at runs of
 * them in which none repeats (CR LF, LF CR, CR LF NUL …). A NUL always closes the run.
 */

const LF = 10;
const CR = 13;

/** One line of a file: `text` without its ending, `eol` the bytes that end it (empty at the end of a file). */
export interface PhysicalLine {
  readonly text: string;
  readonly eol: string;
}

/**
 * Splits a file into lines.
 * @param bytes the file, one character a byte (latin1), so that any input at all survives
 * @returns lines whose texts and endings, joined, are `bytes` again
 */
export function* physicalLines(bytes: string): Generator<PhysicalLine> {
  const plain = !bytes.includes('\r') && !bytes.includes('\0');
  const anyEnding = /[\n\r\0]/g;
  let start = 0;
  while (start < bytes.length) {
    const end = plain ? bytes.indexOf('\n', start) : indexOfMatch(anyEnding, bytes, start);
    if (end < 0) {
      yield { text: bytes.slice(start), eol: '' };
      return;
    }
    const next = plain ? end + 1 : endOfEnding(bytes, end);
    yield { text: bytes.slice(start, end), eol: bytes.slice(end, next) };
    start = next;
  }
}

function indexOfMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

function endOfEnding(bytes: string, start: number): number {
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
