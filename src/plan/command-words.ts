import { baseName } from '../system/files.js';

/** What may stand before the executable: systemd.service(5), "COMMAND LINES". */
const MARKS = /^[-@:+!|]+/;

/** The words of a command line, as an `Exec…=` line or a shell has them, without their quotes. */
export function wordsOf(command: string): string[] {
  return command.split(/[\s"']+/).filter((word) => word !== '');
}

/** The executable that a word names, without systemd's marks. */
export function executableOf(word: string): string {
  return word.replace(MARKS, '');
}

/** The name of the program that a command line runs, without its directory. */
export function programOf(command: string): string {
  return baseName(executableOf(wordsOf(command)[0] ?? ''));
}
