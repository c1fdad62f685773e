import type { Argv } from 'yargs';
import type { Command } from './commands/index.js';

/** An option or an argument as a command tells yargs of it. */
export interface Described {
  readonly name: string;
  readonly describe: string;
  readonly alias?: string;
  readonly type?: string;
  readonly choices?: readonly string[];
}

/** All that `--help` says of a command. */
export interface Recorded {
  readonly usage: string;
  readonly describe: string;
  readonly positionals: readonly Described[];
  readonly options: readonly Described[];
  readonly examples: readonly (readonly [command: string, what: string])[];
  readonly epilogues: readonly string[];
}

/** Records what a command tells yargs, so that the man page has the same texts as `--help`. */
export async function recorded({ usage, describe, load }: Command): Promise<Recorded> {
  const { options } = await load();
  const found = {
    positionals: new Map<string, Described>(),
    options: new Map<string, Described>(),
    examples: [] as [string, string][],
    epilogues: [] as string[],
  };
  const recorder = {
    option: (name: string, given: object) => {
      found.options.set(name, { ...given, name } as Described);
      return recorder;
    },
    positional: (name: string, given: object) => {
      found.positionals.set(name, { ...given, name } as Described);
      return recorder;
    },
    example: (command: string, what: string) => {
      found.examples.push([command, what]);
      return recorder;
    },
    epilogue: (text: string) => {
      found.epilogues.push(text);
      return recorder;
    },
  };
  options(recorder as unknown as Argv);
  return {
    usage,
    describe,
    positionals: [...found.positionals.values()],
    options: [...found.options.values()],
    examples: found.examples,
    epilogues: found.epilogues,
  };
}
