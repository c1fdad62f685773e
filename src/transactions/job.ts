/**
 * What a job does. systemd has more names, and collapses them before a job is queued: `try-restart` of what is down is
 * no job, `reload-or-start` is one of the two.
 */
export type JobType = 'start' | 'verify-active' | 'stop' | 'reload' | 'restart';

/** What is asked of a unit: systemctl(1). */
export type Verb =
  'start' | 'stop' | 'restart' | 'try-restart' | 'reload' | 'reload-or-restart' | 'try-reload-or-restart';

/** What `systemctl show -p ActiveState` prints. */
export type ActiveState = 'inactive' | 'failed' | 'activating' | 'active' | 'reloading' | 'deactivating';

/** Whether a unit is up: UNIT_IS_ACTIVE_OR_RELOADING. */
export function isUp(state: ActiveState): boolean {
  return state === 'active' || state === 'reloading';
}

/** Whether a unit is down: UNIT_IS_INACTIVE_OR_FAILED. */
export function isDown(state: ActiveState): boolean {
  return state === 'inactive' || state === 'failed';
}

/** Whether a unit is down, or will be: UNIT_IS_INACTIVE_OR_DEACTIVATING. */
export function isGoingDown(state: ActiveState): boolean {
  return isDown(state) || state === 'deactivating';
}

/** The job that comes of a verb; undefined if there is nothing to do: job_type_collapse(). */
export function jobFor(verb: Verb, state: ActiveState, canReload: boolean): JobType | undefined {
  switch (verb) {
    case 'start':
    case 'stop':
    case 'restart':
    case 'reload':
      return verb;
    case 'try-restart':
      return isGoingDown(state) ? undefined : 'restart';
    case 'reload-or-restart':
      if (!canReload) return 'restart';
      return isGoingDown(state) ? 'start' : 'reload';
    case 'try-reload-or-restart':
      return isGoingDown(state) ? undefined : canReload ? 'reload' : 'restart';
  }
}

/**
 * The job that does what two of one unit do; undefined if they contradict each other: job_type_merge_and_collapse().
 * @param state of the unit: what is down is started instead of reloaded
 */
export function mergedJob(one: JobType, other: JobType, state: ActiveState): JobType | undefined {
  if (one === other) return one;
  if (one === 'stop' || other === 'stop') return undefined;
  if (one === 'restart' || other === 'restart') return 'restart';
  if (one !== 'reload' && other !== 'reload') return 'start';
  const hasStart = one === 'start' || other === 'start';
  return hasStart && isGoingDown(state) ? 'start' : 'reload';
}

/** Whether a job and the one that its unit has already, if it has one, contradict each other. */
export function reverses(queued: JobType | undefined, wanted: JobType, state: ActiveState): boolean {
  return queued !== undefined && mergedJob(queued, wanted, state) === undefined;
}

/** Whether a job would change nothing: job_type_is_redundant(). */
export function isRedundant(type: JobType, state: ActiveState): boolean {
  if (type === 'start' || type === 'verify-active') return isUp(state);
  if (type === 'stop') return isDown(state);
  return type === 'reload' && state === 'reloading';
}

/**
 * Whether a job begins by stopping its unit. Of two jobs that are ordered the earlier unit's comes first, unless the later
 * unit is stopped: job_compare().
 */
export function stops(type: JobType): boolean {
  return type === 'stop' || type === 'restart';
}
