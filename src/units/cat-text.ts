import { EXIT, UnitPatchError } from '../errors.js';
import { parseUnitName } from './name.js';

/** The file that a header of `systemctl cat` names. */
export interface CatHeader {
  readonly path: string;
  readonly kind: 'unit' | 'drop-in';
  /** the unit's name, or the part before `.d` in the name of the drop-in's directory */
  readonly of: string;
  /** the directory that systemd would find it through */
  readonly directory: string;
}

/**
 * A line that may be a header: `# ` and the path of a unit or of a drop-in, and nothing else. Other comments that begin
 * with a path, `# /etc/sysconfig/iptables` for example, are not headers.
 */
export function headerIn(line: string): CatHeader | undefined {
  const [, path] = /^# (\/.*)$/.exec(line) ?? [];
  if (path === undefined) return undefined;
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parseUnitName(name)) return { path, kind: 'unit', of: name, directory: parts.slice(0, -1).join('/') };
  const [, of] = /^(.+)\.d$/.exec(parts.at(-2) ?? '') ?? [];
  if (of === undefined || !name.endsWith('.conf')) return undefined;
  return { path, kind: 'drop-in', of, directory: parts.slice(0, -2).join('/') };
}

/** Whether a path is plain: no `..`, no `.`, no `//`. */
export function isPlain(path: string): boolean {
  return path.split('/').every((part, at) => (at === 0 ? part === '' : !['', '.', '..'].includes(part)));
}

/** The command that prints the output. */
const HOW = 'systemctl cat docker.service iptables.service';

/**
 * SGR colours, and OSC 8 links around paths: systemctl prints them to a terminal, or if SYSTEMD_COLORS asks for them.
 */
// eslint-disable-next-line no-control-regex
const ESCAPES = /\x1b\[[0-9:;]*m|\x1b\]8;[^\x07\x1b]*(?:\x07|\x1b\\)/g;
const BYTE_ORDER_MARK = '\xef\xbb\xbf';

/** The output of `systemctl cat` without the additions of a terminal; one character is one byte. */
export interface CatText {
  readonly lines: readonly string[];
  /** whether the last line ends as lines do */
  readonly isTerminated: boolean;
}

/**
 * Takes off what a terminal or an editor adds: colours, links, CRLF, a byte order mark.
 * @param source what the bytes come from, for the error
 * @throws UnitPatchError `bad-cat-output` if it is not text, or empty
 */
export function catText(bytes: Buffer, source: string): CatText {
  if (bytes.includes(0))
    throw badOutput(
      `${source} holds NUL bytes, so it is not text (or it is UTF-16)`,
      `save what ${HOW} prints as UTF-8`,
    );
  const raw = bytes.toString('latin1');
  const text = (raw.startsWith(BYTE_ORDER_MARK) ? raw.slice(BYTE_ORDER_MARK.length) : raw).replace(
    ESCAPES,
    '',
  );
  if (text.trim() === '') throw badOutput(`${source} is empty`, `${HOW} prints it, or says why not`);
  const lines = text.split('\n');
  const isTerminated = lines.at(-1) === '';
  const ended = isTerminated ? lines.slice(0, -1) : lines;
  // A terminal ends systemctl's own remarks in CR CR LF.
  const isPasted = lines.slice(0, -1).every((line) => line.endsWith('\r')) && lines.length > 1;
  return { lines: isPasted ? ended.map((line) => withoutReturns(line)) : ended, isTerminated };
}

function withoutReturns(line: string): string {
  let end = line.length;
  while (line[end - 1] === '\r') end--;
  return line.slice(0, end);
}

/** The error for what `systemctl cat` would not print. */
export function badOutput(message: string, hint: string): UnitPatchError {
  return new UnitPatchError('bad-cat-output', message, EXIT.usage, hint);
}
