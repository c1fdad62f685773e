import { baseName } from '../system/files.js';
import { splitCommandLine } from '../units/command-line.js';
import { unitCall } from './unit-calls.js';

/**
 * Whether a command line, as an `Exec…=` line has it, does nothing but have systemd restart one of these units, and does
 * not wait for that.
 */
export function restartsInBackground(line: string, names: readonly string[]): boolean {
  const { commands } = splitCommandLine(line, (word) => word);
  const [first] = commands;
  return first !== undefined && commands.length === 1 && areBackgroundRestart(first.words, names);
}

/** The same for the words of one command. */
export function areBackgroundRestart(words: readonly string[], names: readonly string[]): boolean {
  const program = baseName(words[0] ?? '');
  const call = program === 'systemctl' ? unitCall({ words, program, waits: true }, names) : undefined;
  return call?.waits === false && (call.verb === 'restart' || call.verb === 'try-restart');
}
