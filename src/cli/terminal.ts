import { CLEAR_LINE, printable } from '../report/printable.js';
import type { Io } from './io.js';

/** Asks a person; anything but yes is a no. */
export async function saysYes(io: Io, question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test(((await io.ask?.(`${question} [y/N] `)) ?? '').trim());
}

/** What a person may want to see before the answer, by the letter that shows it. */
export interface MoreToSee {
  /** how the question names it, with the letter in brackets */
  readonly words: string;
  readonly show: () => void;
}

/** Asks a person who may want to see more first; anything but yes is a no. */
export async function saysYesAfter(
  io: Io,
  question: string,
  more: ReadonlyMap<string, MoreToSee>,
): Promise<boolean> {
  const words = ['[y]es', '[N]o', ...[...more.values()].map(({ words }) => words)].join(', ');
  for (;;) {
    const answer = ((await io.ask?.(`${question}\n${words}: `)) ?? '').trim().toLowerCase();
    const asked = more.get(answer.charAt(0));
    if (!asked) return /^y(?:es)?$/.test(answer);
    asked.show();
  }
}

/** Shows the progress of a long run: a moving line on a terminal, elsewhere a line for each change. */
export class Waiting {
  private last = '';
  private isShown = false;

  constructor(
    private readonly io: Io,
    private readonly isSilent: boolean,
  ) {}

  /** Shows what the run waits for, and for how long already. */
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
