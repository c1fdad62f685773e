import type { Files } from '../../system/files.js';
import type { Setting, Unit } from '../../units/unit.js';
import { commandsOf, type Command } from '../commands.js';
import { unitCall, type UnitCall } from '../unit-calls.js';
import { isCommand } from '../wanted.js';

/** A command of a unit, and the setting that runs it. */
export interface Running {
  readonly setting: Setting;
  readonly command: Command;
}

/** A command that has systemd act on another unit. */
export interface Calling extends Running {
  readonly call: UnitCall;
}

/** Every command that the Exec…= lines of these names run. */
export function commandsRunBy(files: Files, unit: Unit, keys: RegExp): Running[] {
  return unit.directives
    .filter((setting) => isCommand(setting) && keys.test(setting.key))
    .flatMap((setting) => commandsOf(setting, files).map((command) => ({ setting, command })));
}

/** Those of them that have the other unit started, restarted or reloaded. */
export function callsOn(files: Files, unit: Unit, other: Unit, keys: RegExp): Calling[] {
  return commandsRunBy(files, unit, keys).flatMap((one) => {
    const call = unitCall(one.command, other.names);
    return call ? [{ ...one, call }] : [];
  });
}

/** The line of the unit, and that of the script that it runs. */
export function placeOfCommand({ setting, command: { file, line } }: Running): string {
  const own = `${setting.file}:${setting.line}`;
  const place = `${file}:${line}`;
  return place === own ? own : `${own}, ${place}`;
}
