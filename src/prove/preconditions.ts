import type { Evidence } from '../docker/evidence.js';
import type { UnitState } from '../docker/unit-times.js';
import { unitOf } from '../doctor/cause.js';
import type { Diagnosis } from '../doctor/diagnose.js';
import { EXIT, UnitPatchError } from '../errors.js';

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
  const { follow, text: why } = evidence.protection;
  if (state === 'off') throw cannot(text, 'there is nothing of docker’s to lose');
  if (state !== 'healthy')
    throw cannot(`${evidence.unit} is not as it should be: ${text}`, 'unit-patch doctor docker says more');
  const docker = unitOf(evidence, evidence.unit);
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
