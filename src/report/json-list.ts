import type { JsonDocument } from './documents.js';

/**
 * DEL, C1 and characters that reverse the direction of writing or end a line; JSON.stringify() leaves them as they
 * are.
 */
const UNESCAPED = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A JSON document as this program prints it: with two spaces, and without a character that a terminal obeys. It means
 * the same to any reader of JSON. A type that has no schema cannot be printed.
 */
export function jsonText(document: JsonDocument | readonly JsonDocument[] | undefined): string {
  return JSON.stringify(document, null, 2).replace(
    UNESCAPED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Prints a list as JSON member by member, so that a long one is never held as a whole.
 * What it prints is what jsonText(list) gives, and a line feed.
 */
export class JsonList {
  private count = 0;

  /**
   * @param out gets the text
   * @param isArray one alone is printed without brackets
   */
  constructor(
    private readonly out: (text: string) => void,
    private readonly isArray: boolean,
  ) {}

  /** @param text a member, as jsonText() gives it */
  addText(text: string): void {
    if (this.isArray) this.out(`${this.count === 0 ? '[' : ','}\n${text.replace(/^/gm, '  ')}`);
    else this.out(text);
    this.count++;
  }

  end(): void {
    this.out(this.isArray ? `${this.count === 0 ? '[' : '\n'}]\n` : '\n');
  }
}
