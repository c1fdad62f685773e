import { parseUnitName } from '../../units/name.js';

/** Stands before what begins with a dash and is no option, while yargs reads the arguments; no argument can hold it. */
const SHIELD = '\0';

/** `-.mount` and `-.slice` are units, `-` is standard input; `--` before them is allowed, and needless. */
export function protectDashes(argv: readonly string[]): string[] {
  return argv
    .filter((argument) => argument !== '--')
    .map((argument) => (isNoOption(argument) ? SHIELD + argument : argument));
}

/** The argument, or the list of them, as it was given. */
export function restoreDashes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restoreDashes);
  return typeof value === 'string' && value.startsWith(SHIELD) ? value.slice(SHIELD.length) : value;
}

/** yargs would make an empty text of a lone dash. */
function isNoOption(argument: string): boolean {
  return argument === '-' || (argument.startsWith('-') && parseUnitName(argument) !== undefined);
}
