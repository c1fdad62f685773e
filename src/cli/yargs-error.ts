import type { UnitPatchError } from '../errors.js';
import { didYouMean, nearest } from '../units/nearest.js';
import { tooManyWords } from './meant-words.js';
import { usage } from './usage.js';

const HELP = 'unit-patch --help lists what there is';

/**
 * An error of yargs in the words of this program, with what was probably meant.
 * @param said what yargs says, which may take several lines
 * @param argv the command line
 * @param options the names of all options, without dashes
 */
export function yargsError(
  said: string,
  argv: readonly string[],
  options: readonly string[],
): UnitPatchError {
  const [, unknown] = /^Unknown (?:argument|command)s?: (.+)$/s.exec(said) ?? [];
  if (unknown !== undefined) return unknownWord(unknown.split(', ')[0] ?? '', argv, options);
  const [, name = '', given, choices] =
    /Argument: ([\w-]+), Given: "?(.*?)"?, Choices: (.+)$/s.exec(said) ?? [];
  if (given !== undefined)
    return badValue(
      name,
      given,
      [...(choices ?? '').matchAll(/"([^"]+)"/g)].map(([, one]) => one ?? ''),
    );
  return usage(lowerFirst(said), HELP);
}

function unknownWord(word: string, argv: readonly string[], options: readonly string[]): UnitPatchError {
  const given = argv.find((one) => one === `--${word}` || one.startsWith(`--${word}=`) || one === `-${word}`);
  if (given === undefined) return tooManyWords(argv, word);
  const near = nearest(word, options);
  return usage(`there is no option ${given.split('=')[0] ?? ''}`, didYouMean(near && `--${near}`, HELP));
}

function badValue(name: string, given: string, choices: readonly string[]): UnitPatchError {
  const words =
    choices.length === 1 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
  const near = nearest(given, choices);
  return usage(
    `--${name} is ${words}, not ${JSON.stringify(given)}`,
    didYouMean(near && `--${name} ${near}`, HELP),
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
