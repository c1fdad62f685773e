import type { Evidence } from '../docker/evidence.js';
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
