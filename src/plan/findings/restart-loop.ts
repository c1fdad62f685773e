import { staysActive } from '../../jobs/jobs.js';
import { commandsOf, type Command } from '../commands.js';
import { hasReload } from '../part.js';
import { unitCall, type UnitCall } from '../unit-calls.js';
import { isCommand } from '../wanted.js';
import type { Files } from '../../system/files.js';
import type { Setting, Unit } from '../../units/unit.js';
import { refuse, type Finding } from './finding.js';
import type { Look } from './situation.js';

/** A command of one of the two units restarts the other one already, or waits for a start that waits for it. */
export const restartLoop: Look = ({ files, unit: asked, follow: followed, relation, planned }) => {
  // As they will be: a hook of ours that the plan takes away is no loop.
  const [unit, follow] = [planned.load(asked.id), planned.load(followed.id)];
  return [
    ...callsOn(files, follow, unit)
      .filter(({ call }) => call.waits)
      .map((one) => deadlock(one, unit, follow)),
    ...callsOn(files, unit, follow)
      .filter((one) => isLoop(one, follow, relation === 'hook'))
      .map((one) => loop(one, unit, follow)),
  ];
};

/** A command that acts on the other unit, and the setting that runs it. */
interface Calling {
  readonly setting: Setting;
  readonly command: Command;
  readonly call: UnitCall;
}

/** Every command of one unit that has the other one started, restarted or reloaded. */
function callsOn(files: Files, unit: Unit, other: Unit): Calling[] {
  return unit.directives.filter(isCommand).flatMap((setting) =>
    commandsOf(setting, files).flatMap((command) => {
      const call = unitCall(command, other.names);
      return call ? [{ setting, command, call }] : [];
    }),
  );
}

/**
 * What the unit that follows may not do to the one that it follows. A restart comes back to it by either relation, a
 * reload by the hook alone; and while it stops, whatever waits for the other one waits for its own end.
 */
function isLoop({ setting, call }: Calling, follow: Unit, isHook: boolean): boolean {
  const isStopping = setting.key.startsWith('ExecStop');
  if (call.verb === 'start') return isStopping || (isHook && !staysActive(follow));
  // What cannot be reloaded is restarted by the other verbs with that word.
  if (call.verb.includes('reload') && hasReload(follow)) return isHook || (isStopping && call.waits);
  return call.verb !== 'reload';
}

function loop({ setting, command, call }: Calling, of: Unit, on: Unit): Finding {
  return refuse(
    'restart-loop',
    `${setting.key}= of ${of.id} (${placeOf(setting, command)}) runs ${call.verb} of ${on.id}: ` +
      'together with the new dependency each unit would restart the other during its own restart ' +
      '(double restart, endless loop or deadlock)',
    `remove that line first; the relation does its work (${command.words.join(' ')})`,
  );
}

/** systemctl(1), --no-block: without it the command waits for docker, which waits for the unit that runs it. */
function deadlock({ setting, command, call }: Calling, unit: Unit, follow: Unit): Finding {
  return refuse(
    'restart-loop',
    `${setting.key}= of ${follow.id} (${placeOf(setting, command)}) runs ${call.verb} of ${unit.id} and waits for it, and ` +
      `${unit.id} waits for ${follow.id} (After=): neither goes on until a time-out ends it`,
    `remove that line first, or add --no-block (${command.words.join(' ')})`,
  );
}

/** The line of the unit, and that of the script that it runs. */
function placeOf(setting: Setting, { file, line }: Command): string {
  const own = `${setting.file}:${setting.line}`;
  const place = `${file}:${line}`;
  return place === own ? own : `${own}, ${place}`;
}
