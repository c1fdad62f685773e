import { printable } from './printable.js';

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

/** The last step before a terminal: whatever is not ours is shown, not sent. */
export function forTerminal(text: string): string {
  if (PLAIN.test(text)) return text;
  // Every second part is one of ours.
  return text
    .split(BETWEEN)
    .map((part, at) => (at % 2 === 1 ? part : printable(part)))
    .join('');
}
