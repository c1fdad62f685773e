import type { Argv } from 'yargs';
import type { ExitStatus } from '../../errors.js';
import type { Io } from '../io.js';

/** A command as yargs is told of it. What it does is loaded only when it is the one that was asked for. */
export interface Command {
  /** its name and its arguments, as yargs writes them */
  readonly usage: string;
  readonly describe: string;
  readonly options: (argv: Argv) => Argv;
  readonly run: (given: unknown, io: Io) => Promise<ExitStatus>;
}

/** What a command does; it gets the arguments as yargs delivers them. */
type Does = (given: never, io: Io) => ExitStatus | Promise<ExitStatus>;

/** A command, and how to load what it does. */
export function command(
  usage: string,
  describe: string,
  options: Command['options'],
  load: () => Promise<Does>,
): Command {
  return { usage, describe, options, run: async (given, io) => (await load())(given as never, io) };
}
