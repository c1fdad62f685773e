import type { RunningContainer, System } from '../system/system.js';

/** Facts that only the running machine knows. */
export interface Facts {
  /** whether there is a running machine to ask */
  readonly isLive: boolean;
  /** Whether a unit is active now. */
  isActive(unit: string): boolean;
  /** The services, sockets, timers, paths and targets that are active now. */
  activeUnits(): readonly string[];
  /** The containers that run now; undefined if the engine does not say. */
  containers(): readonly RunningContainer[] | undefined;
}

/** The facts of an image: nothing runs. */
export const NOTHING_RUNS: Facts = {
  isLive: false,
  isActive: () => false,
  activeUnits: () => [],
  containers: () => undefined,
};

/**
 * The facts of a system. Its manager is asked once for each, so that a plan does not change its mind.
 * @example
 * ```ts
 * import { factsOf, openSystem } from 'unit-patch';
 *
 * const facts = factsOf(openSystem('examples/centos-7'));
 * assert.equal(facts.isLive, false); // an image: nothing runs
 * ```
 */
export function factsOf({ manager, engine }: Pick<System, 'manager' | 'engine'>): Facts {
  if (!manager) return NOTHING_RUNS;
  const known = new Map<string, boolean>();
  let active: readonly string[] | undefined;
  return {
    isLive: true,
    isActive: (unit) => {
      const isActive = known.get(unit) ?? manager.isActive(unit);
      known.set(unit, isActive);
      return isActive;
    },
    activeUnits: () => (active ??= manager.activeUnits()),
    containers: () => engine?.containers(),
  };
}
