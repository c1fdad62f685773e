/** A unit file as a list of nodes that keep their source. */

/** What systemd does with a stretch of a unit file. */
export type Node = Blank | Comment | Section | Assignment | Ignored | Dropped;

interface Place {
  /** The bytes of the node with their line endings, one character per byte. */
  readonly source: string;
  /** The number of its first line, from 1, counted as systemd counts (a lone CR or a NUL ends a line too). */
  readonly line: number;
}

/** White space only. */
export interface Blank extends Place {
  readonly kind: 'blank';
}

/** A line whose first character after white space is `#` or `;`. */
export interface Comment extends Place {
  readonly kind: 'comment';
}

/** A `[Name]` header. */
export interface Section extends Place {
  readonly kind: 'section';
  readonly name: string;
}

/** `Key=value`, with its continuation lines, and any comments among them, in `source`. */
export interface Assignment extends Place {
  readonly kind: 'assignment';
  /** undefined before the first header: systemd ignores such a line. */
  readonly section: string | undefined;
  readonly key: string;
  readonly value: string;
}

/** A line that systemd ignores: no `=`, or nothing before it. */
export interface Ignored extends Place {
  readonly kind: 'ignored';
  readonly text: string;
}

/** From here on systemd gives the file up. */
export interface Dropped extends Place {
  readonly kind: 'dropped';
}

/** Something that systemd does silently, or nearly so. */
export interface SyntaxProblem {
  readonly code: 'bad-header' | 'invalid-utf8' | 'line-too-long' | 'hidden-line' | 'no-assignment';
  readonly line: number;
  readonly text: string;
}

/** A parsed unit file. */
export interface UnitFile {
  readonly nodes: readonly Node[];
  readonly problems: readonly SyntaxProblem[];
  /** Why systemd drops the rest of the file; undefined if it reads it to the end. */
  readonly fatal: SyntaxProblem | undefined;
}

/**
 * Gives back the bytes of a parsed file: `renderUnit(parseUnit(bytes))` equals `bytes` for any input.
 * @param file what parseUnit() returned, or the same with nodes added or removed
 * @example
 * ```ts
 * import { parseUnit, renderUnit } from 'unit-patch';
 *
 * const bytes = Buffer.from('[Unit]\r\n# no line end');
 * assert.deepEqual(renderUnit(parseUnit(bytes)), bytes);
 * ```
 */
export function renderUnit(file: Pick<UnitFile, 'nodes'>): Buffer {
  return Buffer.from(file.nodes.map((node) => node.source).join(''), 'latin1');
}
