import type { DependencyGraph, Edge } from './dependency-graph.js';
import { type ActiveState, isDown, isGoingDown, isUp, type Verb } from './job.js';

/** What systemd asks for by itself. */
export interface FollowUp {
  readonly verb: Verb;
  readonly mode: 'replace' | 'fail';
  readonly edge: Edge;
}

/** A unit whose state has changed. */
export interface Changed {
  readonly unit: string;
  readonly before: ActiveState;
  readonly state: ActiveState;
}

/**
 * What systemd starts and stops after a unit went up or down that no job had asked for:
 * retroactively_start_dependencies(), retroactively_stop_dependencies().
 */
export function followUps(
  graph: DependencyGraph,
  stateOf: (unit: string) => ActiveState,
  { unit, before, state }: Changed,
): FollowUp[] {
  const isGoingUp = !isGoingDown(state);
  if (isDown(before) && isGoingUp)
    return [...toBeStarted(graph, stateOf, unit), ...inConflict(graph, stateOf, unit)];
  if (isGoingDown(before) || isGoingUp) return [];
  return graph
    .of(unit, 'BoundBy', 'PropagatesStopTo')
    .filter((edge) => !isGoingDown(stateOf(edge.unit)))
    .map((edge) => ({ verb: 'stop', mode: 'replace', edge }));
}

function toBeStarted(
  graph: DependencyGraph,
  stateOf: (unit: string) => ActiveState,
  unit: string,
): FollowUp[] {
  const ordered = new Set(graph.of(unit, 'After').map((edge) => edge.unit));
  return graph
    .of(unit, 'Requires', 'BindsTo', 'Wants', 'Upholds')
    .filter(
      (edge) => !ordered.has(edge.unit) && !isUp(stateOf(edge.unit)) && stateOf(edge.unit) !== 'activating',
    )
    .map((edge) => ({
      verb: 'start',
      mode: edge.type === 'Wants' || edge.type === 'Upholds' ? 'fail' : 'replace',
      edge,
    }));
}

function inConflict(
  graph: DependencyGraph,
  stateOf: (unit: string) => ActiveState,
  unit: string,
): FollowUp[] {
  return graph
    .of(unit, 'Conflicts', 'ConflictedBy')
    .filter((edge) => !isDown(stateOf(edge.unit)))
    .map((edge) => ({ verb: 'stop', mode: 'replace', edge }));
}

/**
 * What is to be done with a unit because of what others are now: it is started if a unit that is up upholds it, and
 * stopped if it is bound to one that is gone.
 * @param isIdle whether the other unit has no job: that is waited for
 */
export function overdue(
  graph: DependencyGraph,
  stateOf: (unit: string) => ActiveState,
  unit: string,
  isIdle: (edge: Edge) => boolean,
): FollowUp[] {
  const state = stateOf(unit);
  if (isDown(state)) {
    const upheld = graph.of(unit, 'UpheldBy').find((edge) => isIdle(edge) && isUp(stateOf(edge.unit)));
    return upheld ? [{ verb: 'start', mode: 'fail', edge: upheld }] : [];
  }
  if (state === 'deactivating') return [];
  const bound = graph.of(unit, 'BindsTo').find((edge) => isIdle(edge) && isDown(stateOf(edge.unit)));
  return bound ? [{ verb: 'stop', mode: 'replace', edge: bound }] : [];
}
