import yargs, { type Argv } from 'yargs';
import { EXIT, type ExitStatus, UnitPatchError } from '../errors.js';
import { useColor } from '../report/color.js';
import { errorText } from '../report/plan-text.js';
import { packageVersion } from '../system/package-files.js';
import { COMMANDS } from './commands/all.js';
import { protectDashes } from './commands/shield.js';
import { ASK } from './completion-scripts.js';
import type { Io } from './io.js';
import { usage } from './options.js';

/**
 * The command.
 * @param argv the arguments after the command's own name
 * @param io the world around it
 * @returns the exit status
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.done;
  const set = async (result: Promise<ExitStatus>): Promise<void> => {
    status = await result;
  };
  try {
    if (argv[0] === ASK) {
      const { completions } = await import('./completions.js');
      for (const one of await completions(argv.slice(1), io)) io.out(`${one}\n`);
      return EXIT.done;
    }
    if (argv.length === 0)
      throw usage('say what is to be patched', 'unit-patch docker, or unit-patch --help');
    await commandLine(io, set).parseAsync(protectDashes(argv), {}, (error, _parsed, output) => {
      if (error) throw error;
      if (output !== '') io.out(`${output}\n`);
    });
    return status;
  } catch (error) {
    if (!(error instanceof UnitPatchError)) throw error;
    io.err(errorText(error, useColor('auto', io.errIsTerminal, io.env)));
    return error.exitStatus;
  }
}

function commandLine(io: Io, set: (result: Promise<ExitStatus>) => Promise<void>): Argv {
  const parser = yargs().scriptName('unit-patch').locale('en').parserConfiguration({
    'duplicate-arguments-array': true,
    'parse-numbers': false,
    'parse-positional-numbers': false,
    // --no-start-limit is an option of its own.
    'boolean-negation': false,
  });
  for (const { usage: words, describe, options, run } of COMMANDS)
    parser.command(words, describe, options, (given) => set(run(given, io)));
  return parser
    .strict()
    .help()
    .alias('help', 'h')
    .version(packageVersion())
    .wrap(100)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs hands on its own complaints now as a message, now as an error.
      if (error && error.name !== 'YError') throw error;
      throw usage(lowerFirst(error?.message ?? message ?? ''), 'unit-patch --help lists what there is');
    });
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
