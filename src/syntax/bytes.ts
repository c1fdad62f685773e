/** File names and the texts of links are bytes, and need not be UTF-8: here they become text, and bytes again. */

/** One character of UTF-8, or one byte that belongs to none; the input has one character per byte. */
const CHARACTER =
  /[\0-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[^]/g;

/** A byte that is not UTF-8 becomes a lone surrogate in the text, U+DC80 to U+DCFF, which no UTF-8 yields. */
const LONE = /[\udc80-\udcff]/u;
const ALL_LONE = new RegExp(LONE, 'gu');
const FIRST = 0xdc00;

/** Decodes UTF-8 without losing bytes that are not UTF-8: encodeBytes() gives the same bytes again. */
export function decodeBytes(bytes: Buffer): string {
  const text = bytes.toString();
  return text.includes('\ufffd') ? decodeLatin1(bytes.toString('latin1')) : text;
}

/** The same for bytes given as a text with one character per byte. */
function decodeLatin1(bytes: string): string {
  if (/^[\0-\x7f]*$/.test(bytes)) return bytes;
  return bytes.replace(CHARACTER, (one) =>
    one.length === 1 && one >= '\x80'
      ? String.fromCharCode(FIRST + one.charCodeAt(0))
      : Buffer.from(one, 'latin1').toString(),
  );
}

/** Whether a text holds bytes that are not UTF-8. */
export function holdsBytes(text: string): boolean {
  return LONE.test(text);
}

/** The bytes of a text: UTF-8, and the bytes that decodeBytes() could not decode. */
export function encodeBytes(text: string): Buffer {
  if (!holdsBytes(text)) return Buffer.from(text);
  const parts: Buffer[] = [];
  let start = 0;
  for (const { 0: shared, index } of text.matchAll(ALL_LONE)) {
    parts.push(Buffer.from(text.slice(start, index)), Buffer.from([shared.charCodeAt(0) - FIRST]));
    start = index + 1;
  }
  return Buffer.concat([...parts, Buffer.from(text.slice(start))]);
}
