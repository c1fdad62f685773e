import { askMachine, type DockerSetup } from '../docker/ask-machine.js';
import type { Evidence } from '../docker/evidence.js';
import { readEvidence } from '../docker/read-evidence.js';
import { diagnose, type Diagnosis } from '../doctor/diagnose.js';
import { UnitPatchError } from '../errors.js';
import type { WatchedMachine } from '../system/system.js';
import type { Preconditions } from './preconditions.js';
import type { NamedProbe } from './probing.js';
import { type Proof, proofOf } from './proof.js';
import { snapshotOf } from './snapshot.js';
import { invocationOf, type Observation, startsOf, watchRestart } from './watch.js';

/** How a proof is made. */
export interface ProofOptions {
  /** what measures the outage; undefined if there is nothing to ask */
  readonly probe: NamedProbe | undefined;
  /** how long to wait for docker */
  readonly timeoutMs: number;
  /** Is called with what was observed, and how long it has taken so far. */
  readonly alive: (observation: Observation, milliseconds: number) => void;
}

/** Restarts the unit that docker follows, watches what becomes of docker, and judges it. */
export async function prove(
  machine: WatchedMachine,
  setup: DockerSetup,
  { evidence, docker, follow }: Preconditions,
  { probe, timeoutMs, alive }: ProofOptions,
): Promise<Proof> {
  const { unit, protection } = setup;
  const before = snapshotOf(evidence);
  const isPutBack = protection.watch?.heal === 'put-back';
  const mustRestart = protection.state === 'protected' && !isPutBack;
  const startsBefore = isPutBack ? startsOf(evidence.containers) : undefined;
  const invocation = invocationOf(docker);
  const course = await watchRestart(
    machine,
    { setup, follow, before, invocation, mustRestart, isPutBack, probe: probe?.probe, timeoutMs },
    alive,
  );
  const diagnosis = await diagnosisNow(machine, setup);
  const isUp = course.last.docker.ActiveState === 'active';
  const said = isUp ? [] : await lastWords(machine, unit);
  return proofOf({
    unit,
    follow,
    mustRestart,
    startsBefore,
    protection,
    before,
    probe,
    course,
    diagnosis,
    said,
  });
}

/** How docker and its firewall are now. */
export async function evidenceNow(machine: WatchedMachine, setup: DockerSetup): Promise<Evidence> {
  return readEvidence(await askMachine(machine, setup, new Date()));
}

async function diagnosisNow(machine: WatchedMachine, setup: DockerSetup): Promise<Diagnosis | null> {
  try {
    return diagnose(await evidenceNow(machine, setup));
  } catch (error) {
    if (error instanceof UnitPatchError) return null;
    throw error;
  }
}

/** The last messages of docker; they are shown, and not saved. */
async function lastWords(machine: WatchedMachine, unit: string): Promise<string[]> {
  const command = ['journalctl', '--boot', '--no-pager', '--output=cat', '--lines=5', `--unit=${unit}`];
  const { stdout } = await machine.ask(command);
  return stdout.split('\n').filter(Boolean);
}
