import type { Count } from '../docker/evidence.js';
import type { Missing, Restartable, Snapshot } from './snapshot.js';

/** Docker's rules. */
export interface RulesBack {
  /** how many there were */
  readonly before: Count;
  /** how many of these are in force now; null if docker cannot be asked */
  readonly inForce: Count | null;
  /** those that did not come back, each with a container's name for its address */
  readonly missing: readonly string[];
  /** in words */
  readonly text: string;
}

/** The containers that ran. */
export interface ContainersBack {
  /** how many there were */
  readonly before: Count;
  /** how many of these run now; null if docker cannot be asked */
  readonly running: Count | null;
  /** those that did not come back, although their restart policy says so */
  readonly missing: readonly string[];
  /** those that do not run because of their restart policy: none, or on-failure and ended with 0 */
  readonly stayDown: readonly string[];
  /** in words, with the command that starts those that stay down */
  readonly text: string;
}

/** The rules and containers that are there again. */
export function counts(
  before: Snapshot,
  missing: Missing | undefined,
): { rules: RulesBack; containers: ContainersBack } {
  const { rules = [], containers = [], stayDown = [] } = missing ?? {};
  // docker removes the rules of a container that ends.
  const ended = before.rules.filter(({ container }) => stayDown.includes(container ?? '')).length;
  const ofRules = before.rules.length;
  const ofContainers = before.containers.length;
  const inForce = missing ? ofRules - rules.length - ended : null;
  const running = missing ? ofContainers - containers.length - stayDown.length : null;
  const back = (now: number | null, of: number, more: readonly string[]): string =>
    now === null ? 'not known, docker cannot be asked' : [`${now} of ${of}`, ...more].join('; ');
  const isEnded = ended === 0 ? [] : [`${ended} belonged to containers that stay down`];
  return {
    rules: { before: ofRules, inForce, missing: rules, text: back(inForce, ofRules, isEnded) },
    containers: {
      before: ofContainers,
      running,
      missing: containers,
      stayDown,
      text: back(running, ofContainers, stayDownTexts(before, stayDown)),
    },
  };
}

/** The same in a few words, with the time that it took. */
export function backText({ containers }: Snapshot, missing: Missing | undefined, seconds: number): string {
  const { stayDown = [] } = missing ?? {};
  if (stayDown.length === 0) return `all that it had was there again after ${seconds} s`;
  const running = containers.length - stayDown.length;
  return (
    `its rules and ${running} of ${containers.length} containers were there again after ${seconds} s; ` +
    `down: ${stayDown.join(', ')}`
  );
}

/** Why containers stay down, and what starts them. */
function stayDownTexts({ containers }: Snapshot, stayDown: readonly string[]): string[] {
  const all = containers.filter(({ name }) => stayDown.includes(name));
  const names = (some: readonly Restartable[]): string[] => some.map(({ name }) => name);
  const never = names(all.filter(({ restartPolicy }) => restartPolicy === 'no'));
  const ended = names(all.filter(({ restartPolicy }) => restartPolicy !== 'no'));
  const said = (some: readonly string[], one: string, many: string): string[] =>
    some.length === 0
      ? []
      : [`${some.join(', ')} ${some.length === 1 ? one : many}: docker start ${some.join(' ')}`];
  return [
    ...said(never, 'has no restart policy and stays down', 'have no restart policy and stay down'),
    ...said(ended, 'ended with 0 (on-failure) and stays down', 'ended with 0 (on-failure) and stay down'),
  ];
}
