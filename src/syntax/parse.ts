import { physicalLines } from './physical-lines.js';
import { decodeUtf8, strip } from './text.js';
import type { Node, SyntaxProblem, UnitFile } from './unit-file.js';

/** systemd's LONG_LINE_MAX: a line of this many bytes is too long, and so are continued lines that sum to more. */
const LONG_LINE_MAX = 1024 * 1024;
/** U+FEFF in UTF-8, one character a byte. */
const BOM = '\xef\xbb\xbf';

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
  return new Parser(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')).parse();
}

/** A logical line under way: its parts and their length in bytes, where it began, everything read for it. */
interface Pending {
  readonly parts: string[];
  size: number;
  readonly line: number;
  source: string;
}

class Parser {
  private readonly nodes: Node[] = [];
  private readonly problems: SyntaxProblem[] = [];
  private section: string | undefined;
  private pending: Pending | undefined;
  private line = 0;
  private bomSeen = false;

  constructor(private readonly bytes: string) {}

  parse(): UnitFile {
    let hidden = false;
    for (const { text, eol } of physicalLines(this.bytes)) {
      this.line++;
      if (hidden && strip(text) !== '') this.hiddenLine();
      hidden = eol !== '' && !eol.includes('\n');
      const fatal = text.length >= LONG_LINE_MAX ? this.tooLong() : this.physicalLine(text, text + eol);
      if (fatal) return this.giveUp(fatal);
    }
    const rest = this.pending;
    this.pending = undefined;
    const fatal = rest && this.logicalLine(rest);
    return fatal ? this.giveUp(fatal) : { nodes: this.nodes, problems: this.problems, fatal: undefined };
  }

  /** Takes one line of the file; comments go before continuations are joined, so they may stand inside one. */
  private physicalLine(text: string, source: string): SyntaxProblem | undefined {
    if (/^[ \t]*[#;]/.test(text)) {
      this.comment(source);
      return undefined;
    }
    const pending = this.pending ?? { parts: [], size: 0, line: this.line, source: '' };
    const added = this.withoutBom(text);
    if (pending.size + added.length > LONG_LINE_MAX) return this.tooLong();
    const continued = endsInContinuation(added);
    pending.parts.push(continued ? `${added.slice(0, -1)} ` : added);
    pending.size += added.length;
    pending.source += source;
    this.pending = continued ? pending : undefined;
    return continued ? undefined : this.logicalLine(pending);
  }

  private comment(source: string): void {
    if (this.pending) this.pending.source += source;
    else this.nodes.push({ kind: 'comment', source, line: this.line });
  }

  /** Only the first line that starts with a byte order mark loses it, wherever in the file it stands. */
  private withoutBom(text: string): string {
    if (this.bomSeen || !text.startsWith(BOM)) return text;
    this.bomSeen = true;
    return text.slice(BOM.length);
  }

  private logicalLine(logical: Pending): SyntaxProblem | undefined {
    const { line, source } = logical;
    const raw = strip(logical.parts.join(''));
    if (raw === '') {
      this.nodes.push({ kind: 'blank', source, line });
      return undefined;
    }
    const text = decodeUtf8(raw);
    if (text === undefined) return { code: 'invalid-utf8', line, text: 'this line is not valid UTF-8' };
    if (text.startsWith('[')) return this.header(text, logical);
    this.setting(text, logical);
    return undefined;
  }

  private header(text: string, { line, source }: Pending): SyntaxProblem | undefined {
    const name = text.slice(1, -1);
    if (text.length < 2 || !text.endsWith(']'))
      return {
        code: 'bad-header',
        line,
        text: `the section header ${JSON.stringify(text)} does not end in "]"`,
      };
    // string_is_safe(): no control characters, quotes or backslashes
    // eslint-disable-next-line no-control-regex
    if (/[\x01-\x1f"'\\\x7f]/.test(name))
      return {
        code: 'bad-header',
        line,
        text: `the section header ${JSON.stringify(text)} has a bad character`,
      };
    this.section = name;
    this.nodes.push({ kind: 'section', source, line, name });
    return undefined;
  }

  private setting(text: string, { line, source }: Pending): void {
    const equals = text.indexOf('=');
    if (equals > 0) {
      const key = strip(text.slice(0, equals));
      const value = strip(text.slice(equals + 1));
      this.nodes.push({ kind: 'assignment', source, line, section: this.section, key, value });
      return;
    }
    this.nodes.push({ kind: 'ignored', source, line, text });
    const what = equals < 0 ? 'has no "="' : 'has nothing before its "="';
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

  private giveUp(fatal: SyntaxProblem): UnitFile {
    const kept = this.nodes.reduce((sum, node) => sum + node.source.length, 0);
    const dropped: Node = {
      kind: 'dropped',
      source: this.bytes.slice(kept),
      line: this.pending?.line ?? fatal.line,
    };
    return { nodes: [...this.nodes, dropped], problems: [...this.problems, fatal], fatal };
  }
}

/** A line is continued by an odd number of backslashes at its very end. */
function endsInContinuation(text: string): boolean {
  let backslashes = 0;
  while (text.endsWith('\\', text.length - backslashes) && backslashes < text.length) backslashes++;
  return backslashes % 2 === 1;
}
