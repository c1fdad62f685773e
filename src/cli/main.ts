import yargs, { type Argv } from 'yargs';
import { EXIT, type ExitStatus, UnitPatchError } from '../errors.js';
import { useColor } from '../report/color.js';
import { errorText } from '../report/plan-text.js';
import { packageVersion, templateNames } from '../system/package-files.js';
import { type Command, type CommandFile, commandName, COMMANDS, mayBeNamed } from './commands/index.js';
import type { Io } from './io.js';
import { protectDashes, usage } from './options.js';

/** The option with which the scripts of yargs ask for the words that may come next. */
const COMPLETE = '--get-yargs-completions';

/** An option of one letter. Each has a long name, too. */
const SHORT = /^--?[a-z](?![a-z-])/;

/**
 * The command.
 * @param argv the arguments after the command's own name
 * @param io the world around it
 * @returns the exit status
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitStatus> {
  try {
    if (argv[0] === COMPLETE) {
      for (const one of await completions(argv.slice(1))) io.out(`${one}\n`);
      return EXIT.done;
    }
    if (argv.length === 0) throw usage('missing NAME', 'unit-patch docker, or unit-patch --help');
    return await runCommand(argv, io);
  } catch (error) {
    if (!(error instanceof UnitPatchError)) throw error;
    io.err(errorText(error, useColor('auto', io.errIsTerminal, io.env)));
    return error.exitStatus;
  }
}

async function runCommand(argv: readonly string[], io: Io): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.done;
  const parser = commandLine();
  const files = await loaded(mayBeNamed(argv));
  for (const command of COMMANDS) {
    const file = files.get(command);
    if (file)
      parser.command(command.usage, command.describe, file.options, async (given) => {
        status = await file.run(given as never, io);
      });
    else parser.command(command.usage, command.describe);
  }
  await parser.parseAsync(protectDashes(argv), {}, (error, _parsed, output) => {
    if (error) throw error;
    if (output !== '') io.out(`${output}\n`);
  });
  return status;
}

/** Only the commands that may be meant are loaded, so that a start is quick. */
async function loaded(commands: readonly Command[]): Promise<ReadonlyMap<Command, CommandFile>> {
  return new Map(await Promise.all(commands.map(async (one) => [one, await one.load()] as const)));
}

function commandLine(): Argv {
  return yargs()
    .scriptName('unit-patch')
    .locale('en')
    .parserConfiguration({
      'duplicate-arguments-array': true,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      // --no-start-limit is an option of its own.
      'boolean-negation': false,
    })
    .strict()
    .help()
    .alias('help', 'h')
    .version(packageVersion())
    .wrap(100)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs reports its own errors as a message or as an error object.
      if (error && error.name !== 'YError') throw error;
      throw usage(lowerFirst(error?.message ?? message ?? ''), 'unit-patch --help lists what there is');
    });
}

/**
 * The words that may replace the last one: commands and templates, then options and their choices, as yargs finds
 * them. If there is nothing, the shell offers file names.
 * @param words all words of the command line; whether the command itself is among them depends on the shell
 */
async function completions(words: readonly string[]): Promise<string[]> {
  const given = words[0]?.endsWith('unit-patch') === true ? words.slice(1) : [...words];
  const before = given.slice(0, -1);
  const command = COMMANDS.find((one) => before.includes(commandName(one))) ?? COMMANDS[0];
  const parser = yargs().locale('en').help().version(false);
  if (before.length === 0)
    for (const { usage, describe } of COMMANDS.slice(1)) parser.command(usage, describe);
  const file = await command?.load();
  file?.options(parser);
  const found = (await parser.getCompletion(given)).filter((one) => !SHORT.test(one));
  return before.length === 0 ? [...templateNames(), ...found] : found;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
