import { programOf, wordsOf } from './command-words.js';

/** `try-restart` and its older name leave alone what is down; `restart` starts it, which is more than is wanted. */
const VERBS = ['try-restart', 'condrestart', 'restart'];

/**
 * Whether a command line, as an `Exec…=` line has it, does nothing but have systemd restart one of these units, and does
 * not wait for that.
 */
export function restartsInBackground(command: string, names: readonly string[]): boolean {
  const called = new Set(names.flatMap((name) => [name, name.replace(/\.service$/, '')]));
  if (programOf(command) !== 'systemctl') return false;
  const [, ...rest] = wordsOf(command.replaceAll('\\\\', '\\'));
  const options = rest.filter((word) => word.startsWith('-') && word !== '--');
  const [verb = '', ...units] = rest.filter((word) => !word.startsWith('-') || called.has(word));
  return options.includes('--no-block') && VERBS.includes(verb) && units.some((unit) => called.has(unit));
}
