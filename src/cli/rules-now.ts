import { askMachine } from '../docker/ask-machine.js';
import { unitQuestion } from '../docker/questions.js';
import { readEvidence, readUnits } from '../docker/read-evidence.js';
import { type RulesNow, rulesNowOf } from '../doctor/rules-now.js';
import { liveMachine } from '../system/live-machine.js';
import type { CommandResult, Machine, System } from '../system/system.js';
import { daemonFacts } from './daemon-facts.js';
import { findTemplate } from './find-template.js';
import type { Io } from './io.js';

/** Nobody waits longer than that for something that was not asked for. */
const LIMIT_MS = 1_000;
const NO_PROTECTION = { state: 'unknown', follow: null, text: '' } as const;

/**
 * Asks a live machine how Docker's rules stand right now, as `doctor` does, within a second in all.
 * @param system the running system, whose files say how dockerd is configured
 * @returns undefined if nothing can be said, for whatever reason: this never fails
 */
export async function rulesNow(system: System, name: string, io: Io): Promise<RulesNow | undefined> {
  try {
    const template = findTemplate(name);
    const machine = io.machine ?? liveMachine();
    if (template.name !== 'docker' || !system.manager || !machine.isRoot) return undefined;
    const { unit } = template;
    const bounded = withinLimit(machine);
    const { stdout } = await bounded.ask(unitQuestion([unit]).command);
    if (readUnits(stdout).find(({ Id }) => Id === unit)?.ActiveState !== 'active') return undefined;
    const daemon = daemonFacts(system, template, io);
    const known = { unit, firewalls: [], daemon, protection: NO_PROTECTION };
    return rulesNowOf(readEvidence(await askMachine(bounded, known, new Date(0), false)));
  } catch {
    // The rules are evidence beside what was asked for; no answer is no reason to fail.
    return undefined;
  }
}

/** The same machine, which answers nothing once the time is over. */
function withinLimit(machine: Machine): Machine {
  const end = machine.now() + LIMIT_MS * 1000;
  const ask = (command: readonly string[]): Promise<CommandResult> => {
    const left = Math.floor((end - machine.now()) / 1000);
    if (left > 0) return machine.ask(command, left);
    return Promise.resolve({ status: null, stdout: '', stderr: 'the time is over' });
  };
  return { ...machine, read: (path) => machine.read(path), now: () => machine.now(), ask };
}
