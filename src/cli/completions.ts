import yargs from 'yargs';
import { templateNames } from '../system/package-files.js';
import { commandName, COMMANDS } from './commands/index.js';

/** An option of one letter: each has a long name, too. */
const SHORT = /^--?[a-z](?![a-z-])/;

/**
 * What may stand in the place of the last word: commands and templates, then options and their choices, as yargs finds
 * them. If there is nothing, the shell offers file names.
 * @param words all words of the command line; whether the command itself is among them depends on the shell
 */
export async function completions(words: readonly string[]): Promise<string[]> {
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
