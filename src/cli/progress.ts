import { CLEAR_LINE } from '../report/printable.js';
import type { Io } from './io.js';

/** A person at a terminal gets impatient after that long, in milliseconds. */
const PATIENCE = 1000;

/** A line on a terminal that says how far a long run is; nothing elsewhere. */
export class Progress {
  private readonly began = Date.now();
  private done = 0;
  private shown = 0;

  constructor(
    private readonly io: Io,
    private readonly all: number,
  ) {}

  /** One more is done; what was shown is cleared, so that results may be printed. */
  step(): void {
    this.done++;
    this.end();
    const now = Date.now();
    if (now - this.began < PATIENCE || now - this.shown < PATIENCE / 10 || !this.io.errIsTerminal) return;
    this.shown = now;
    this.io.err(`${this.done} of ${this.all}`);
  }

  /** Clears the line. */
  end(): void {
    if (this.shown > 0 && this.io.errIsTerminal) this.io.err(CLEAR_LINE);
  }
}
