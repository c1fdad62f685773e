import type { Container } from '../docker/evidence.js';
import { type DockersRule, dockersRules, type Rules, yourRules } from '../docker/written-rules.js';

/** A container, and whether docker starts it again. */
export type Restartable = Pick<Container, 'name' | 'restartPolicy'>;

/** What docker has at one moment. */
export interface Snapshot {
  readonly rules: readonly DockersRule[];
  /** the administrator's own rules in DOCKER-USER */
  readonly yours: readonly string[];
  readonly containers: readonly Restartable[];
}

/** The rules and containers that were there before and are not now. */
export interface Missing {
  /** docker's rules, except those of containers that should not come back */
  readonly rules: readonly string[];
  /** rules in DOCKER-USER: nobody but the administrator brings these back */
  readonly yours: readonly string[];
  /** containers that their restart policy should have brought back */
  readonly containers: readonly string[];
  /** containers that docker does not start again, by their policy */
  readonly stayDown: readonly string[];
}

/** What docker has, by the evidence. */
export function snapshotOf(evidence: Rules): Snapshot {
  const containers = evidence.containers
    .filter(({ isRunning }) => isRunning)
    .map(({ name, restartPolicy }) => ({ name, restartPolicy }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return { rules: dockersRules(evidence), yours: yourRules(evidence), containers };
}

/**
 * Compares what docker has with what it had.
 * @param endedWell containers that have ended with 0, which the policy on-failure leaves alone
 */
export function missingOf(before: Snapshot, now: Snapshot, endedWell: readonly string[] = []): Missing {
  const running = new Set(now.containers.map(({ name }) => name));
  const gone = before.containers.filter(({ name }) => !running.has(name));
  const stays = ({ name, restartPolicy }: Restartable): boolean =>
    restartPolicy === 'no' || (restartPolicy === 'on-failure' && endedWell.includes(name));
  const stayDown = gone.filter(stays).map(({ name }) => name);
  const inForce = new Set(now.rules.map(({ text }) => text));
  const rules = before.rules.filter(
    ({ text, container }) => !inForce.has(text) && !stayDown.includes(container ?? ''),
  );
  return {
    rules: rules.map(({ text }) => text),
    yours: before.yours.filter((rule) => !now.yours.includes(rule)),
    containers: gone.filter((one) => !stays(one)).map(({ name }) => name),
    stayDown,
  };
}
