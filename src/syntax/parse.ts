import { isAscii } from 'node:buffer';
import { lineEnds } from './lines.js';
import {
  afterWhiteSpace,
  beforeWhiteSpace,
  decodeUtf8,
  endsInContinuation,
  findEquals,
  isComment,
} from './scan.js';
import type { Node, SyntaxProblem, UnitFile } from './unit-file.js';

/** systemd's LONG_LINE_MAX: a line of this many bytes is too long, and so are continued lines that sum to more. */
const LONG_LINE_MAX = 1024 * 1024;
/** U+FEFF in UTF-8, one character per byte. */
const BOM = '\xef\xbb\xbf';

const [LF, BRACKET] = [10, 91];

/**
 * Parses a unit file or drop-in as systemd's config_parse() does (systemd.syntax(7)). It never throws: what
 * systemd drops or ignores is kept as a node and named in `problems`.
 * @param bytes the file's content
 * @returns nodes in the file's order; their sources joined are the input again
 * @example
 * ```ts
 * import { parseUnit } from 'unit-patch';
 *
 * const { nodes, problems } = parseUnit(Buffer.from('[Unit]\nAfter=a.service \\\n  b.service\n'));
 * assert.equal(nodes.at(-1).value, 'a.service    b.service');
 * assert.deepEqual(problems, []);
 * ```
 */
export function parseUnit(bytes: Uint8Array): UnitFile {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return new Parser(text, isAscii(bytes)).parse();
}

class Parser {
  private readonly nodes: Node[] = [];
  private readonly problems: SyntaxProblem[] = [];
  private section: string | undefined;
  /** The lines so far of a logical line that goes on. */
  private continued: string | undefined;
  private bomSeen = false;
  private line = 0;
  /** Where the next line starts. */
  private next = 0;
  /** Where the current node starts, which is where the last one ended, and the number of its first line. */
  private nodeStart = 0;
  private nodeLine = 0;

  constructor(
    private readonly bytes: string,
    private readonly ascii: boolean,
  ) {}

  parse(): UnitFile {
    const { bytes } = this;
    const lines = lineEnds(bytes);
    let hidden = false;
    while (this.next < bytes.length) {
      const start = this.next;
      const end = lines.end(start);
      this.next = lines.next(end);
      this.line++;
      if (this.continued === undefined) this.nodeLine = this.line;
      if (hidden && afterWhiteSpace(bytes, start, end) < end) this.hiddenLine();
      hidden = bytes.charCodeAt(end) !== LF && !bytes.slice(end, this.next).includes('\n');
      const fatal = this.physicalLine(start, end);
      if (fatal) return this.giveUp(fatal);
    }
    const rest = this.continued;
    const fatal = rest === undefined ? undefined : this.logicalLine(rest, 0, rest.length);
    return fatal ? this.giveUp(fatal) : { nodes: this.nodes, problems: this.problems, fatal: undefined };
  }

  /** Takes one line of the file; comments go before continuations are joined, so they may stand inside one. */
  private physicalLine(start: number, end: number): SyntaxProblem | undefined {
    const { bytes, continued } = this;
    if (end - start >= LONG_LINE_MAX) return this.tooLong();
    if (isComment(bytes, start, end)) {
      if (continued === undefined)
        this.nodes.push({ kind: 'comment', source: this.source(), line: this.line });
      return undefined;
    }
    const from = this.afterBom(start);
    const goesOn = endsInContinuation(bytes, from, end);
    if (continued === undefined && !goesOn) return this.logicalLine(bytes, from, end);
    const before = continued ?? '';
    if (before.length + end - from > LONG_LINE_MAX) return this.tooLong();
    const joined = before + (goesOn ? `${bytes.slice(from, end - 1)} ` : bytes.slice(from, end));
    this.continued = goesOn ? joined : undefined;
    return goesOn ? undefined : this.logicalLine(joined, 0, joined.length);
  }

  /** Only the first line that starts with a byte order mark loses it, wherever in the file it stands. */
  private afterBom(start: number): number {
    if (this.ascii || this.bomSeen || !this.bytes.startsWith(BOM, start)) return start;
    this.bomSeen = true;
    return start + BOM.length;
  }

  /** Takes the part of `text` between two positions: a line of the file, or lines that were joined. */
  private logicalLine(text: string, start: number, end: number): SyntaxProblem | undefined {
    const from = afterWhiteSpace(text, start, end);
    const to = beforeWhiteSpace(text, from, end);
    if (from === to) {
      this.nodes.push({ kind: 'blank', source: this.source(), line: this.nodeLine });
      return undefined;
    }
    if (this.ascii) return this.headerOrSetting(text, from, to);
    const decoded = decodeUtf8(text.slice(from, to));
    return decoded === undefined
      ? { code: 'invalid-utf8', line: this.nodeLine, text: 'this line is not valid UTF-8' }
      : this.headerOrSetting(decoded, 0, decoded.length);
  }

  private headerOrSetting(text: string, start: number, end: number): SyntaxProblem | undefined {
    if (text.charCodeAt(start) === BRACKET) return this.header(text.slice(start, end));
    this.setting(text, start, end);
    return undefined;
  }

  private header(text: string): SyntaxProblem | undefined {
    const name = text.slice(1, -1);
    // string_is_safe(): no control characters, quotes or backslashes
    // eslint-disable-next-line no-control-regex
    const unsafe = /[\x01-\x1f"'\\\x7f]/;
    const closed = text.length > 1 && text.endsWith(']');
    if (!closed || unsafe.test(name)) {
      const what = closed ? 'has a bad character' : 'does not end in "]"';
      const header = `the section header ${JSON.stringify(text)} ${what}`;
      return { code: 'bad-header', line: this.nodeLine, text: header };
    }
    this.section = name;
    this.nodes.push({ kind: 'section', source: this.source(), line: this.nodeLine, name });
    return undefined;
  }

  private setting(text: string, start: number, end: number): void {
    const { section, nodeLine: line } = this;
    const equals = findEquals(text, start, end);
    if (equals > start && equals < end) {
      const key = text.slice(start, beforeWhiteSpace(text, start, equals));
      const value = text.slice(afterWhiteSpace(text, equals + 1, end), end);
      this.nodes.push({ kind: 'assignment', source: this.source(), line, section, key, value });
      return;
    }
    this.nodes.push({ kind: 'ignored', source: this.source(), line, text: text.slice(start, end) });
    const what = equals === end ? 'has no "="' : 'has nothing before its "="';
    this.problems.push({ code: 'no-assignment', line, text: `this line ${what}; systemd ignores it` });
  }

  private hiddenLine(): void {
    this.problems.push({
      code: 'hidden-line',
      line: this.line,
      text: 'a lone carriage return or NUL starts this line; most viewers do not show it as one, systemd reads it',
    });
  }

  private tooLong(): SyntaxProblem {
    return { code: 'line-too-long', line: this.line, text: 'this line is longer than 1 MiB' };
  }

  /** Everything that was read since the last node. */
  private source(): string {
    const start = this.nodeStart;
    this.nodeStart = this.next;
    return this.bytes.slice(start, this.next);
  }

  private giveUp(fatal: SyntaxProblem): UnitFile {
    const dropped: Node = { kind: 'dropped', source: this.bytes.slice(this.nodeStart), line: this.nodeLine };
    return { nodes: [...this.nodes, dropped], problems: [...this.problems, fatal], fatal };
  }
}
