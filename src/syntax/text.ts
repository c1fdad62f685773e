/** White space and UTF-8 as systemd knows them, which is not as JavaScript does. */
import { afterWhiteSpace, beforeWhiteSpace } from './scan.js';

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
 * Decodes bytes (one character a byte) as systemd's utf8_is_valid() would accept them.
 * @returns undefined where systemd sees invalid UTF-8, which includes U+FFFE, U+FFFF and U+FDD0..U+FDEF
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
