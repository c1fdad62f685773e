/** DEL, C1 and what turns the direction of writing round or ends a line; JSON.stringify() leaves them as they are. */
const UNESCAPED = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A JSON document as this program prints it: with two spaces, and without a character that a terminal obeys. It means
 * the same to whatever reads it as JSON.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(
    UNESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
