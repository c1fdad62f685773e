import { expect } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { behaviorIn } from '../../src/firewalls/commands/behavior.js';
import { DependencyGraph } from '../../src/transactions/dependency-graph.js';
import type { Verb } from '../../src/transactions/job.js';
import { SimulatedManager } from '../../src/transactions/simulated-manager.js';
import { UnitLoader } from '../../src/units/loader.js';
import { makeRoot } from '../helpers/tree.js';

export const DAEMON = '[Service]\nExecStart=/bin/sleep infinity\n';
export const ONCE = '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/true\n';
export const DONE = '[Service]\nType=oneshot\nExecStart=/bin/true\n';

/** A manager of units that have no default dependencies; all of them are up. */
export function managerOf(
  units: Readonly<Record<string, string>>,
  up = Object.keys(units),
  systemd = 257,
): SimulatedManager {
  const tree = Object.entries(units).map(([name, text]): [string, string] => [
    `/usr/lib/systemd/system/${name}`,
    `[Unit]\nDefaultDependencies=no\n${text}`,
  ]);
  const files = openRoot(makeRoot(Object.fromEntries(tree)));
  const loader = new UnitLoader(files);
  const active = new Set(up);
  const graph = new DependencyGraph((name) => loader.load(name), active);
  return new SimulatedManager({ graph, behavior: behaviorIn(files), active, systemd });
}

/** What is said in the end of a unit: its state, and whether it has been started since. */
export function after(manager: SimulatedManager, verbs: readonly [Verb, string][], unit: string): string {
  for (const [verb, name] of verbs) {
    manager.ask(verb, name);
    expect(manager.settle()).toBe('settled');
  }
  const starts = manager.happened.filter((one) => one.unit === unit && one.what === 'starts').length;
  return `${manager.stateOf(unit)}${starts > 0 ? `, started ${starts === 1 ? 'once' : `${starts} times`}` : ''}`;
}
