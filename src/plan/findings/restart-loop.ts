import { baseName } from '../../system/files.js';
import type { Setting, Unit } from '../../units/unit.js';
import { refuse, type Finding } from './finding.js';
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
export const restartLoop: Look = ({ unit: asked, follow: followed, relation, planned }) => {
  // As they will be: a hook of ours that the plan takes away is no loop.
  const [unit, follow] = [planned.load(asked.id), planned.load(followed.id)];
  const onFollow = commandsOn(follow, unit);
  return [
    ...(relation === 'hook'
      ? onFollow.filter(waits).map((setting) => deadlock(setting, unit, follow))
      : onFollow.map((setting) => loop(setting, follow, unit))),
    ...commandsOn(unit, follow).map((setting) => loop(setting, unit, follow)),
  ];
};

function loop({ key, value, file, line }: Setting, of: Unit, on: Unit): Finding {
  return refuse(
    'restart-loop',
    `${key}= of ${of.id} (${file}:${line}) restarts, reloads or starts ${on.id} already: ` +
      'with the new relation each would act on the other in the middle of its own restart: twice, without end, or both wait',
    `take that line away first; the relation does its work (${value})`,
  );
}

/** systemctl(1), --no-block: without it the command waits for docker, which waits for the unit that runs it. */
function deadlock({ key, value, file, line }: Setting, unit: Unit, follow: Unit): Finding {
  return refuse(
    'restart-loop',
    `${key}= of ${follow.id} (${file}:${line}) waits for a restart, reload or start of ${unit.id}, which itself waits ` +
      `for ${follow.id} (After=): neither goes on until a time-out ends it`,
    `take that line away first, or add --no-block (${value})`,
  );
}

function waits({ value }: Setting): boolean {
  return !value.split(/[\s"']+/).includes('--no-block');
}

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
