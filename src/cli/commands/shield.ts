import { parseUnitName } from '../../units/name.js';

/** Stands before a unit name that begins with a dash while yargs reads the arguments; no argument can hold it. */
const SHIELD = '\0';

/** `-.mount` and `-.slice` are units, and no options; `--` before them is allowed, and needless. */
export function shielded(argv: readonly string[]): string[] {
  return argv
    .filter((argument) => argument !== '--')
    .map((argument) => (argument.startsWith('-') && parseUnitName(argument) ? SHIELD + argument : argument));
}

/** The argument, or the list of them, as it was given. */
export function unshielded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unshielded);
  return typeof value === 'string' && value.startsWith(SHIELD) ? value.slice(SHIELD.length) : value;
}
