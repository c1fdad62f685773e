import { lineEnds } from '../../src/syntax/lines.js';

/** One line of a file: `text` without its ending, `eol` the bytes that end it (empty at the end of a file). */
export interface Line {
  readonly text: string;
  readonly eol: string;
}

/** The lines of a file as systemd counts them. */
export function linesOf(bytes: string): Line[] {
  const ends = lineEnds(bytes);
  const lines: Line[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = ends.end(start);
    const next = ends.next(end);
    lines.push({ text: bytes.slice(start, end), eol: bytes.slice(end, next) });
    start = next;
  }
  return lines;
}
