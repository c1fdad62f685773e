import yargs, { type Argv } from 'yargs';
import { EXIT, type ExitStatus, UnitPatchError } from '../errors.js';
import { useColor } from '../report/color.js';
import { widthOf, wrapLines } from '../report/layout.js';
import { errorText } from '../report/plan-text.js';
import { packageVersion, templateNames } from '../system/package-files.js';
import { type Command, type CommandFile, commandName, COMMANDS, mayBeNamed } from './commands/index.js';
import { FIRST_SCREEN } from './first-screen.js';
import type { Io } from './io.js';
import { meantWords } from './meant-words.js';
import { protectDashes } from './options.js';
import { yargsError } from './yargs-error.js';

/** The option with which the scripts of yargs ask for the words that may come next. */
const COMPLETE = '--get-yargs-completions';

/** yargs would ask for the working directory, which may have been removed; nothing here needs it. */
const NOWHERE = '/';

/** An option of one letter. Each has a long name, too. */
const SHORT = /^--?[a-z](?![a-z-])/i;

/** What shows the help of a command, among other letters too. */
const HELP = /^--help$|^-[a-z]*h/;

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
    if (argv.length === 0) {
      io.err(FIRST_SCREEN);
      return EXIT.usage;
    }
    if (argv.length === 1 && argv[0] === '-h') {
      io.out(FIRST_SCREEN);
      return EXIT.done;
    }
    return await runCommand(meantWords(argv), io);
  } catch (error) {
    if (!(error instanceof UnitPatchError)) throw error;
    const text = errorText(error, useColor('auto', io.errIsTerminal, io.env));
    io.err(io.errIsTerminal ? wrapLines(text, widthOf(io.size?.columns)) : text);
    return error.exitStatus;
  }
}

async function runCommand(argv: readonly string[], io: Io): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.done;
  const parser = commandLine(argv, io);
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

function commandLine(argv: readonly string[], io: Io): Argv {
  const parser = yargs([], NOWHERE);
  return (
    parser
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
      // yargs lays out the help at each command, shown or not, and wrapping it is what takes time.
      .wrap(argv.some((word) => HELP.test(word)) ? widthOf(io.size?.columns ?? 100) : null)
      .exitProcess(false)
      .fail((message: string | null, error: Error | undefined) => {
        // yargs reports its own errors as a message or as an error object.
        if (error && error.name !== 'YError') throw error;
        throw yargsError(error?.message ?? message ?? '', argv, optionNames(parser));
      })
  );
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
  const parser = yargs([], NOWHERE).locale('en').help().version(false);
  if (before.length === 0)
    for (const { usage, describe } of COMMANDS.slice(1)) parser.command(usage, describe);
  const file = await command?.load();
  file?.options(parser);
  const found = (await parser.getCompletion(given)).filter((one) => !SHORT.test(one));
  return before.length === 0 ? [...templateNames(), ...found] : found;
}

/** The long names of the options that the commands in question have. */
function optionNames(parser: Argv): string[] {
  // Typed as any by the types of yargs; documented in its api.md as what parsers of options are given.
  const { key } = (parser as unknown as { getOptions(): { key: object } }).getOptions();
  return Object.keys(key).filter((name) => name.length > 1);
}
