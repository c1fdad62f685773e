import yargs from 'yargs';
import { templateNames } from '../system/package-files.js';
import { commandName, COMMANDS } from './commands/index.js';

/**
 * What may stand in the place of the last word: the commands and the templates, then options and their choices, as yargs
 * finds them. An empty list leaves it to the shell, which offers file names.
 * @param words all words of the command line; whether the command itself is among them depends on the shell
 */
export async function completions(words: readonly string[]): Promise<readonly string[]> {
  const given = words[0]?.endsWith('unit-patch') === true ? words.slice(1) : [...words];
  const before = given.slice(0, -1);
  const named = COMMANDS.find((one) => before.includes(commandName(one)));
  const command = named ?? COMMANDS.find((one) => commandName(one) === '$0');
  const parser = yargs().locale('en').help().version(false);
  const isFirst = before.length === 0;
  if (isFirst) for (const { usage, describe } of COMMANDS) parser.command(usage, describe);
  const file = await command?.load();
  file?.options(parser);
  const found = await parser.getCompletion(given);
  return isFirst ? [...templateNames(), ...found] : found;
}
