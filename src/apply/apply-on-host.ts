import { EXIT, UnitPatchError } from '../errors.js';
import { isRefused, type Plan } from '../plan/plan.js';
import type { Manager, System, Transcript } from '../system/system.js';
import type { Application } from './apply-plan.js';
import { hostScript, WAITS_S } from './host-script.js';
import { mustBeLoaded } from './manager-steps.js';
import { mustWatch } from './service-steps.js';
import { type Step, Steps } from './steps.js';
import { mustAddNothingTo, verify } from './verify.js';

/** Another machine, whose systemd runs. */
export type FarSystem = System & Required<Pick<System, 'converse' | 'readAgain'>> & { manager: Manager };

/** Whether a system is another machine. */
export function isFarSystem(system: System): system is FarSystem {
  return system.converse !== undefined;
}

/**
 * Applies a plan on another machine: all of its changes, or none, see host-script.ts. What the machine cannot judge by
 * itself is judged here while its script waits: whether systemd agrees with the plan.
 * @throws TypeError for a plan that is refused
 * @throws UnitPatchError `connection-lost` if it broke meanwhile; the error says which state is left
 */
export async function applyOnHost(system: FarSystem, plan: Plan): Promise<Application> {
  if (isRefused(plan)) throw new TypeError('this plan is refused');
  const { manager } = system;
  const complaints = plan.changed ? verify(manager, plan) : undefined;
  const judged = new Steps();
  let before = 0;
  const transcript = await system.converse(hostScript(plan), (lines) => {
    before = lines.length;
    return judged.allOrNothing(() => {
      mustBeLoaded(manager, judged, plan);
      mustWatch(manager, judged, plan);
      if (plan.changed) mustAddNothingTo(complaints, manager, judged, plan);
    });
  });
  if (!transcript.isComplete) throw lost(transcript, plan);
  await system.readAgain();
  const done = transcript.lines.map(stepOf);
  const stepsIn = (some: typeof done): Step[] => some.map(({ step }) => step);
  const steps = [...stepsIn(done.slice(0, before)), ...judged.done, ...stepsIn(done.slice(before))];
  return {
    ok: transcript.answer === 'keep',
    steps,
    notRolledBack: done.flatMap(({ step, isLeft }) => (isLeft ? `${step.step}: ${step.reason ?? ''}` : [])),
  };
}

/** A line of the script: `failed`, the step, and why, with tabs between them. */
function stepOf(line: string): { step: Step; isLeft: boolean } {
  const [how = '', step = '', ...reason] = line.split('\t');
  const isLeft = how === 'left';
  if (how === 'done' || how === 'undone') return { step: { step, outcome: how }, isLeft };
  return { step: { step, outcome: 'failed', reason: reason.join(' ') }, isLeft };
}

/** What is left there, as far as it is known here. */
function lost({ lines, answer }: Transcript, plan: Plan): UnitPatchError {
  const state =
    answer === 'keep'
      ? 'after the answer to keep the new state was sent'
      : lines.length === 0
        ? 'before any step was reported'
        : `after this step: ${stepOf(lines.at(-1) ?? '').step.step}`;
  const back = `; if no answer has arrived there, it rolls back within ${WAITS_S} s`;
  return new UnitPatchError(
    'connection-lost',
    `the connection broke ${state}${back}`,
    EXIT.failed,
    `look at the state once it can be reached: unit-patch check ${plan.asked.name} --host ${plan.root.replace('ssh://', '')}`,
  );
}
