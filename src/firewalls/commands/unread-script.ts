import type { Files } from '../../files/files.js';
import { readText } from '../../files/read-text.js';
import { NO_SCRIPT, type StartedCommand } from './commands.js';

/** Programs that run a file that they are given. */
const INTERPRETER = /^(?:(?:ba|da|a|k|mk|z|c|tc|fi)?sh|python[\d.]*|perl|ruby|node|php|lua[\d.]*|tclsh)$/;

/** What a script says that has systemd do anything. */
const ASKS = /\bsystemctl\b|\bsystemd1\b|\bservice\s+[\w.-]+\s+\w|\binvoke-rc\.d\b|\/init\.d\//;

/**
 * A script that a command runs and of which it is not known what it asks of systemd; undefined if it certainly runs
 * none. A program is none, and neither is a file that is not there: a root may be part of a system.
 */
export function unreadScript({ words, program, isOpened }: StartedCommand, files: Files): string | undefined {
  if (isOpened) return undefined;
  const isInterpreter = INTERPRETER.test(program);
  if (!isInterpreter && NO_SCRIPT.test(program)) return undefined;
  const path = isInterpreter ? words.slice(1).find((word) => !word.startsWith('-')) : words[0];
  if (path?.startsWith('/') !== true) return undefined;
  const read = readText(files, path);
  if (read === undefined) return undefined;
  // A file that is too big for a script is a program, unless its reader is named.
  if (read === 'unreadable')
    return isInterpreter || /\.(?:sh|py|pl|rb)$/.test(path) ? `${path} cannot be read` : undefined;
  const isScript = isInterpreter || read.text.startsWith('#!');
  return isScript && ASKS.test(read.text) ? `what ${path} asks of systemd is not understood` : undefined;
}
