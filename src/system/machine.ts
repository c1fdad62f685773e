import type { CommandResult } from './system.js';

/** A running machine that is asked, and not changed. */
export interface Machine {
  readonly isRoot: boolean;
  /** Runs a command that only reads; one that hangs is ended. */
  ask(command: readonly string[]): CommandResult;
  /** A small file's text; undefined where it cannot be read. */
  read(path: string): string | undefined;
}
