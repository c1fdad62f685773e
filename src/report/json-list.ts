import { jsonText } from './json-text.js';

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

  add(member: unknown): void {
    this.addText(jsonText(member));
  }

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
