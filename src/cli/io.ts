import type { Disk } from '../files/disk.js';
import type { ByteStream, TerminalSize } from '../system/stdio.js';
import type { System, WatchedMachine } from '../system/system.js';

/** All that the command knows of the world around it. */
export interface Io {
  /** Writes a result. */
  out(text: string): void;
  /** Talks to the person. */
  err(text: string): void;
  /** Asks the person; undefined if there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** the size of the terminal; undefined if there is none, or it does not say */
  readonly size?: TerminalSize | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** See openSystem(). */
  openSystem(root?: string, disk?: Disk): System;
  /** Standard input, if it is not this process's own. */
  readonly input?: ByteStream;
  /** The machine that doctor and prove ask instead of this one. */
  readonly machine?: WatchedMachine;
}
