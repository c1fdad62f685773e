import { baseName } from '../system/files.js';
import { executableOf, wordsOf } from './command-words.js';

const VERBS = new Set([
  'start',
  'restart',
  'try-restart',
  'condrestart',
  'force-reload',
  'reload',
  'reload-or-restart',
  'try-reload-or-restart',
  'reload-or-try-restart',
]);

/** Whether a command line has systemctl, service(8) or an init script start, restart or reload one of these units. */
export function startsUnit(command: string, names: readonly string[]): boolean {
  const called = new Set(names.flatMap((name) => [name, name.replace(/\.service$/, '')]));
  // Commands inside `sh -c '…'` count too: each ends where the shell or systemd sees a separator.
  return command.split(/[;&|\n()`]+/).some((one) => {
    const words = wordsOf(one);
    const at = words.findIndex((word) => isStarter(word) || isInitScript(word, called));
    const word = words[at];
    if (word === undefined) return false;
    const rest = words.slice(at + 1);
    const hasVerb = rest.some((argument) => VERBS.has(argument));
    return hasVerb && (isInitScript(word, called) || rest.some((argument) => called.has(argument)));
  });
}

function isStarter(word: string): boolean {
  return /^(?:systemctl|service|invoke-rc\.d|deb-systemd-invoke)$/.test(baseName(executableOf(word)));
}

function isInitScript(word: string, called: ReadonlySet<string>): boolean {
  return word.includes('/init.d/') && called.has(baseName(word));
}
