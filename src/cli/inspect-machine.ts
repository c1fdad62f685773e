import type { DockerSetup } from '../docker/ask-machine.js';
import { dockerSetup } from '../doctor/protection.js';
import { askRulesNow, type RulesNow } from '../doctor/rules-now.js';
import { EXIT, UnitPatchError } from '../errors.js';
import { liveMachine } from '../system/live-machine.js';
import type { System, WatchedMachine } from '../system/system.js';
import { findTemplate } from '../firewalls/find-template.js';
import type { Io } from './io.js';
import { loadOptions } from './options.js';
import { usage } from './usage.js';
import { patchRequest } from './request.js';

/** A command that asks the running machine, and takes no `--root`. */
type LiveCommand = 'doctor' | 'prove';

/** Hints if systemd does not run. */
const ELSEWHERE: Readonly<Record<LiveCommand, string>> = {
  doctor: 'use --from DIR, with what --save kept on the machine itself',
  prove: 'run it on the machine itself; unit-patch check docker reads the files of an image',
};

/**
 * A running machine, and what its files say of docker and its firewall.
 * @param root undefined for this machine
 * @throws UnitPatchError `not-root`, `no-systemd`, and what reading its units may throw
 */
export function inspectMachine(
  command: LiveCommand,
  given: { readonly name?: string; readonly follow?: unknown },
  root: string | undefined,
  io: Io,
): { machine: WatchedMachine; setup: DockerSetup } {
  const system = liveSystem(command, root, io);
  const machine = machineOf(system, io);
  if (!machine.isRoot)
    throw new UnitPatchError(
      'not-root',
      'only root sees the rules in force',
      EXIT.usage,
      system.far ? 'connect as root, or add --sudo' : 'run it with sudo',
    );
  const request = patchRequest(given.name ?? 'docker', { follow: given.follow });
  return { machine, setup: dockerSetup(system, request, loadOptions(system, io)) };
}

function machineOf({ machine }: System, io: Io): WatchedMachine {
  return machine ?? io.machine ?? liveMachine();
}

function liveSystem(command: LiveCommand, root: string | undefined, io: Io): System {
  try {
    return io.openSystem(root);
  } catch (error) {
    if (!(error instanceof UnitPatchError) || error.code !== 'no-systemd') throw error;
    const message = `${command} needs the running machine: ${error.message}`;
    throw new UnitPatchError(error.code, message, error.exitStatus, ELSEWHERE[command]);
  }
}

/**
 * The rules of other engines are not known here.
 * @throws UnitPatchError `usage`
 */
export function mustBeDocker(command: string, requestedName: string): void {
  const { name } = findTemplate(requestedName);
  if (name !== 'docker')
    throw usage(`${command} knows docker's rules only, not ${name}'s`, `unit-patch ${command} docker`);
}

/**
 * How Docker's rules stand right now on this machine; undefined if that is not known.
 * @param system the running one
 */
export function rulesNow(system: System, name: string, io: Io): Promise<RulesNow | undefined> {
  return askRulesNow(system, machineOf(system, io), findTemplate(name));
}
