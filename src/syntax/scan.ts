/** White space and UTF-8 as systemd knows them, which is not as JavaScript does. */
/** Scans a stretch of text by its character codes, so that a unit file is read without copying. */

const [TAB, LF, CR, SPACE, HASH, SEMICOLON, EQUALS, BACKSLASH] = [9, 10, 13, 32, 35, 59, 61, 92];

/** systemd's WHITESPACE. JavaScript's trim() would also take NBSP, BOM, VT, FF and more. */
function isWhiteSpace(code: number): boolean {
  return code === SPACE || code === LF || code === TAB || code === CR;
}

/** The end of the white space that begins at `start`; at most `end`. */
export function afterWhiteSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isWhiteSpace(text.charCodeAt(at))) at++;
  return at;
}

/** The start of the white space that ends at `end`; at least `start`. */
export function beforeWhiteSpace(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && isWhiteSpace(text.charCodeAt(at - 1))) at--;
  return at;
}

/** Whether a line, which holds no line ending, is a comment: its first character but white space is `#` or `;`. */
export function isComment(text: string, start: number, end: number): boolean {
  const at = afterWhiteSpace(text, start, end);
  const first = at < end ? text.charCodeAt(at) : 0;
  return first === HASH || first === SEMICOLON;
}

/** A line is continued by an odd number of backslashes at its very end. */
export function endsInContinuation(text: string, start: number, end: number): boolean {
  let at = end;
  while (at > start && text.charCodeAt(at - 1) === BACKSLASH) at--;
  return (end - at) % 2 === 1;
}

/** The position of the first "=", or `end`. indexOf() would search to the end of the file if the line has none. */
export function findEquals(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charCodeAt(at) !== EQUALS) at++;
  return at;
}

/** `text` without systemd's white space at both ends. A pattern with `$` would be quadratic in inner white space. */
export function strip(text: string): string {
  const start = afterWhiteSpace(text, 0, text.length);
  return text.slice(start, beforeWhiteSpace(text, start, text.length));
}

/** The words of a list setting, split at systemd's white space; quotes and backslashes mean nothing here. */
export function words(text: string): string[] {
  return text.split(/[ \t\n\r]+/).filter((word) => word !== '');
}

let utf8: InstanceType<typeof TextDecoder> | undefined;
const ascii = /^[\0-\x7f]*$/;
const noncharacter = /\p{Noncharacter_Code_Point}/u;

/**
 * Decodes bytes (one character per byte) as systemd's utf8_is_valid() would accept them.
 * @returns undefined if systemd sees invalid UTF-8, which includes U+FFFE, U+FFFF and U+FDD0..U+FDEF
 */
export function decodeUtf8(bytes: string): string | undefined {
  if (ascii.test(bytes)) return bytes;
  try {
    utf8 ??= new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const text = utf8.decode(Buffer.from(bytes, 'latin1'));
    return noncharacter.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
