import { parseUnitName } from '../../units/name.js';

/** Stands before a unit name that begins with a dash while yargs reads the arguments; no argument can hold it. */
const SHIELD = '\0';

/**
 * `-.mount` and `-.slice` are units, and no options; `--` before them is allowed, and needless. `-` alone is
 * standard input.
 */
export function shielded(argv: readonly string[]): string[] {
  const given = argv.filter((argument) => argument !== '--');
  return given.map((argument, at) => {
    const isUnit = argument.startsWith('-') && parseUnitName(argument);
    const isInput = argument === '-' && given[at - 1] === '--from-cat';
    return isUnit || isInput ? SHIELD + argument : argument;
  });
}

/** The argument, or the list of them, as it was given. */
export function unshielded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unshielded);
  return typeof value === 'string' && value.startsWith(SHIELD) ? value.slice(SHIELD.length) : value;
}
