import { askMachine } from '../docker/ask-machine.js';
import type { Evidence } from '../docker/evidence.js';
import { yourRules } from '../docker/written-rules.js';
import { unitQuestion } from '../docker/questions.js';
import { readEvidence, readUnits } from '../docker/read-evidence.js';
import type { Files } from '../files/files.js';
import { readText } from '../files/read-text.js';
import { daemonFacts } from '../firewalls/dockerd/daemon-json.js';
import type { Template } from '../firewalls/template.js';
import type { CommandResult, Machine, System } from '../system/system.js';
import { unitOf } from './cause.js';
import { findSymptoms } from './symptoms.js';

/** How Docker's rules stand at this moment, and what a restart of Docker would leave down. */
export interface RulesNow {
  /**
   * how many should be in force
   * @minimum 1
   */
  readonly needed: number;
  /**
   * how many of these are not
   * @minimum 0
   */
  readonly missing: number;
  /** the running containers that a restart of Docker leaves down: they have no restart policy */
  readonly stayDown: readonly string[];
  /** own rules in DOCKER-USER that no file of a firewall has: a flush removes them for good */
  readonly unsaved?: readonly string[];
}

/** Where firewalls keep the rules that they load. */
const RULE_FILES = [
  '/etc/sysconfig/iptables',
  '/etc/sysconfig/ip6tables',
  '/etc/iptables/rules.v4',
  '/etc/iptables/rules.v6',
  '/etc/iptables/iptables.rules',
  '/etc/nftables.conf',
  '/etc/sysconfig/nftables.conf',
];

/** Those of the own rules that none of these files has. */
function unsavedRules(files: Files, evidence: Evidence): string[] {
  const own = yourRules(evidence);
  if (own.length === 0) return [];
  const texts = RULE_FILES.map((name) => readText(files, name));
  return own.filter((rule) => {
    const [, line = rule] = /(DOCKER-USER .*)$/.exec(rule) ?? [];
    return !texts.some((read) => typeof read === 'object' && read.text.includes(line));
  });
}

/** How the rules stand; undefined if Docker is down, does not answer or writes no rules: then nothing can be said. */
export function rulesNowOf(evidence: Evidence): RulesNow | undefined {
  const { unit, daemon, daemonAnswers, containers } = evidence;
  const isUp = unitOf(evidence, unit)?.ActiveState === 'active';
  if (!isUp || !daemonAnswers || !daemon.writesRules) return undefined;
  const { needed, missing } = findSymptoms(evidence);
  if (needed === 0) return undefined;
  const ended = containers.filter(({ isRunning, restartPolicy }) => isRunning && restartPolicy === 'no');
  return { needed, missing, stayDown: daemon.keepsContainers ? [] : ended.map(({ name }) => name) };
}

/** The longest wait for information that nobody requested; another machine is asked a dozen times by ssh. */
const LIMIT_MS = 2_000;
const FAR_LIMIT_MS = 5_000;
const NO_PROTECTION = { state: 'unknown', follow: null, text: '' } as const;

/**
 * Asks a live machine how Docker's rules stand right now, as `doctor` does, within two seconds in all,
 * or five if that is another machine.
 * @param system the running system, whose files say how dockerd is configured
 * @returns undefined if nothing can be said, for whatever reason: this never fails
 */
export async function askRulesNow(
  system: System,
  machine: Machine,
  template: Template,
): Promise<RulesNow | undefined> {
  try {
    if (template.name !== 'docker' || !system.manager || !machine.isRoot) return undefined;
    const { unit } = template;
    const bounded = withinLimit(machine, system.far ? FAR_LIMIT_MS : LIMIT_MS);
    const { stdout } = await bounded.ask(unitQuestion([unit]).command);
    if (readUnits(stdout).find(({ Id }) => Id === unit)?.ActiveState !== 'active') return undefined;
    const daemon = daemonFacts(system.files(), template, system.manager.about());
    const setup = { unit, firewalls: [], daemon, protection: NO_PROTECTION };
    const evidence = readEvidence(await askMachine(bounded, setup, new Date(0), false));
    const now = rulesNowOf(evidence);
    const unsaved = now ? unsavedRules(system.files(), evidence) : [];
    return now && unsaved.length > 0 ? { ...now, unsaved } : now;
  } catch {
    // The rules are additional information; a missing answer is no reason to fail.
    return undefined;
  }
}

/** The same machine, which answers nothing once the time is over. */
function withinLimit(machine: Machine, limitMs: number): Machine {
  const end = machine.now() + limitMs * 1000;
  const ask = (command: readonly string[]): Promise<CommandResult> => {
    const left = Math.floor((end - machine.now()) / 1000);
    if (left > 0) return machine.ask(command, left);
    return Promise.resolve({ status: null, stdout: '', stderr: 'the time is over' });
  };
  return { ...machine, read: (path) => machine.read(path), now: () => machine.now(), ask };
}
