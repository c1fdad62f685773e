import { encodeBytes, holdsBytes } from '../syntax/bytes.js';

/** C0, DEL and C1, which move a terminal's cursor, and characters that reverse the direction of writing. */
const UNPRINTABLE =
  // eslint-disable-next-line no-control-regex
  /[\0-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/gu;
const ASCII = /^[\x20-\x7e]*$/;
const SHORT: Partial<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The data of a report, with every text in it fit for a terminal: names of files and values of settings may
 * hold anything, escape sequences and line ends too.
 * @param value texts, and objects and lists of them
 */
export function printable<Value>(value: Value): Value {
  return made(value) as Value;
}

/** A text of more lines, fit for a terminal. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

function made(value: unknown): unknown {
  if (typeof value === 'string') return ASCII.test(value) ? value : value.replace(UNPRINTABLE, escaped);
  if (Array.isArray(value)) return value.map(made);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, made(one)]));
}

function escaped(character: string): string {
  const code = character.charCodeAt(0);
  if (holdsBytes(character)) return `\\x${encodeBytes(character).toString('hex')}`;
  if (code > 0xff) return `\\u${code.toString(16)}`;
  return SHORT[character] ?? `\\x${code.toString(16).padStart(2, '0')}`;
}

/** Clears the line that the cursor is in. */
export const CLEAR_LINE = '\r\u001b[K';

/**
 * Everything that a terminal obeys of what this program sends: the colours of paint(), CLEAR_LINE, line ends and tabs.
 * Reports make foreign text printable before they paint it, so that none of these comes from anywhere else.
 */
// eslint-disable-next-line no-control-regex
const OURS = /\x1b\[(?:1|2|22|31|32|33|36|39)m|\r\x1b\[K|[\n\t]/;
const BETWEEN = new RegExp(`(${OURS.source})`);
const PLAIN = /^[\n\x20-\x7e]*$/;

/** The last step before a terminal: any sequence that is not ours is shown, not sent. */
export function forTerminal(text: string): string {
  if (PLAIN.test(text)) return text;
  // Every second part is one of ours.
  return text
    .split(BETWEEN)
    .map((part, at) => (at % 2 === 1 ? part : printable(part)))
    .join('');
}
