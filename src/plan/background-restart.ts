import { baseName } from '../system/files.js';

/** `try-restart` and its older name leave alone what is down; `restart` starts it, which is more than is wanted. */
const VERBS = ['try-restart', 'condrestart', 'restart'];

/**
 * Whether a command line, as an `Exec…=` line has it, does nothing but have systemd restart one of these units, and does
 * not wait for that.
 */
export function restartsInBackground(command: string, names: readonly string[]): boolean {
  const called = new Set(names.flatMap((name) => [name, name.replace(/\.service$/, '')]));
  const [program = '', ...rest] = command
    .replaceAll('\\\\', '\\')
    .split(/[\s"']+/)
    .filter((word) => word !== '');
  // systemd.service(5), "COMMAND LINES": what may stand before the executable.
  if (baseName(program.replace(/^[-@:+!|]+/, '')) !== 'systemctl') return false;
  const options = rest.filter((word) => word.startsWith('-') && word !== '--');
  const [verb = '', ...units] = rest.filter((word) => !word.startsWith('-') || called.has(word));
  return options.includes('--no-block') && VERBS.includes(verb) && units.some((unit) => called.has(unit));
}
