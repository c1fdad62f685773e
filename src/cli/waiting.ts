import { CLEAR_LINE, printable } from '../report/printable.js';
import type { Io } from './io.js';

/** What a long run is at: a line on a terminal that shows that it lives; elsewhere a line for each thing that changes. */
export class Waiting {
  private last = '';
  private isShown = false;

  constructor(
    private readonly io: Io,
    private readonly isSilent: boolean,
  ) {}

  /** Says what is waited for, and for how long by now. */
  for(what: string, milliseconds: number): void {
    if (this.isSilent) return;
    const text = printable(what);
    // A dumb terminal shows escape sequences instead of obeying them.
    if (this.io.errIsTerminal && this.io.env.TERM !== 'dumb') {
      this.isShown = true;
      this.io.err(`${CLEAR_LINE}${(milliseconds / 1000).toFixed(1).padStart(5)} s  ${text}`);
    } else if (text !== this.last) this.io.err(`${text}\n`);
    this.last = text;
  }

  /** Clears the line. */
  end(): void {
    if (this.isShown) this.io.err(CLEAR_LINE);
    this.isShown = false;
  }
}
