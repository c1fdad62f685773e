import { baseName } from '../../system/files.js';
import type { Setting, Unit } from '../../units/unit.js';
import { refuse } from './finding.js';
import type { Look } from './situation.js';

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

/** A command of one of the two units starts, restarts or reloads the other one already. */
export const restartLoop: Look = ({ unit, follow }) => {
  const found = [
    ...commandsOn(follow, unit).map((setting) => ({ setting, of: follow, on: unit })),
    ...commandsOn(unit, follow).map((setting) => ({ setting, of: unit, on: follow })),
  ];
  return found.map(({ setting, of, on }) =>
    refuse(
      'restart-loop',
      `${setting.key}= of ${of.id} (${setting.file}:${setting.line}) restarts, reloads or starts ${on.id} already: ` +
        'with the new relation each would act on the other in the middle of its own restart: twice, without end, or both wait',
      `take that line away first; the relation does its work (${setting.value})`,
    ),
  );
};

function commandsOn(unit: Unit, other: Unit): Setting[] {
  return unit.directives.filter(({ key, value }) => key.startsWith('Exec') && startsUnit(value, other.names));
}

/** Whether a command line has systemctl, service(8) or an init script start, restart or reload one of these units. */
export function startsUnit(command: string, names: readonly string[]): boolean {
  const called = new Set(names.flatMap((name) => [name, name.replace(/\.service$/, '')]));
  // Commands inside `sh -c '…'` count too: each ends where the shell or systemd sees a separator.
  return command.split(/[;&|\n()`]+/).some((one) => {
    const words = one.split(/[\s"']+/).filter((word) => word !== '');
    const at = words.findIndex((word) => isStarter(word) || isInitScript(word, called));
    const word = words[at];
    if (word === undefined) return false;
    const rest = words.slice(at + 1);
    const hasVerb = rest.some((argument) => VERBS.has(argument));
    return hasVerb && (isInitScript(word, called) || rest.some((argument) => called.has(argument)));
  });
}

function isStarter(word: string): boolean {
  return /^(?:systemctl|service|invoke-rc\.d|deb-systemd-invoke)$/.test(
    baseName(word).replace(/^[-@:+!]+/, ''),
  );
}

function isInitScript(word: string, called: ReadonlySet<string>): boolean {
  return word.includes('/init.d/') && called.has(baseName(word));
}
