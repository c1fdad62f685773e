import type { Evidence } from '../docker/evidence.js';
import type { UnitState } from '../docker/unit-times.js';
import { unitOf } from '../doctor/cause.js';
import type { Diagnosis } from '../doctor/diagnose.js';
import { EXIT, UnitPatchError } from '../errors.js';
import type { WatchedMachine } from '../system/system.js';
import { secondsToWait, type StartLimit, startLimitOf, startsOf } from './start-limit.js';

/** A machine on which a proof can be tried. */
export interface Preconditions {
  readonly evidence: Evidence;
  readonly docker: UnitState;
  readonly firewall: UnitState;
  /** the unit to restart */
  readonly follow: string;
}

/**
 * Makes sure that there is something to prove: docker is up, has all its rules, and there is a unit to restart.
 * @throws UnitPatchError `cannot-prove`, with the way out
 */
export function checkPreconditions(evidence: Evidence, diagnosis: Diagnosis): Preconditions {
  const { state, text } = diagnosis;
  const { follow, text: why, watch } = evidence.protection;
  if (state === 'off') throw cannot(text, 'Docker has no rules to lose');
  if (state !== 'healthy')
    throw cannot(`${evidence.unit} is not as it should be: ${text}`, 'unit-patch doctor docker says more');
  const docker = unitOf(evidence, evidence.unit);
  if (follow === null && watch)
    throw cannot(
      `no unit is known to be the firewall here, so there is none to restart; ${watch.service} watches all the same`,
      `name one that removes rules: --follow UNIT; journalctl -u ${watch.service} says what it did so far`,
    );
  if (follow === null || !docker)
    throw cannot(
      `there is no unit that ${evidence.unit} has to follow: ${why}`,
      'name the one to restart: --follow UNIT',
    );
  const firewall = unitOf(evidence, follow);
  if (firewall?.ActiveState !== 'active')
    throw cannot(
      `${follow} is ${firewall?.ActiveState ?? 'unknown'}, so there is nothing to restart`,
      `systemctl start ${follow}, or name another one: --follow UNIT`,
    );
  return { evidence, docker, firewall, follow };
}

function cannot(message: string, hint: string): UnitPatchError {
  return new UnitPatchError('cannot-prove', message, EXIT.usage, hint);
}

/**
 * Makes sure that docker and its firewall may be started once more: a restart too many leaves a unit failed.
 * @param mayWait whether to wait until the limits allow it
 * @param waits is called with what it waits for, and for how long still
 * @throws UnitPatchError `start-limit`
 */
export async function keepStartLimits(
  machine: WatchedMachine,
  { docker, firewall }: Preconditions,
  mayWait: boolean,
  waits: (what: string, milliseconds: number) => void,
): Promise<void> {
  for (const limit of [docker, firewall].flatMap((unit) => startLimitOf(unit) ?? [])) {
    const longest = await secondsUntil(machine, limit);
    if (longest > 0 && !mayWait)
      throw new UnitPatchError(
        'start-limit',
        `${limit.unit} was started ${limit.burst} times within ${limit.interval} s: one more would leave it failed`,
        EXIT.refused,
        `try again in ${longest} s, or wait for it: --wait`,
      );
    for (let left = longest; left > 0; left = await secondsUntil(machine, limit)) {
      waits(`waiting until ${limit.unit} may be started again`, left * 1000);
      await machine.wait(1000);
    }
  }
}

async function secondsUntil(machine: WatchedMachine, limit: StartLimit): Promise<number> {
  return secondsToWait(limit, await startsOf(machine, limit), Date.now() / 1000);
}
