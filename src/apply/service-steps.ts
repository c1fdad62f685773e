import type { Plan } from '../plan/plan.js';
import { whyNotWatching } from '../plan/watch-running.js';
import type { Manager } from '../system/system.js';
import { mustSucceed } from './manager-steps.js';
import type { Steps } from './steps.js';

/** Stops the service of a watch whose files are about to go; with it systemd removes what it has noted in /run. */
export function stopService(manager: Manager, steps: Steps, { service }: Plan): void {
  if (service?.action !== 'stop' || !isLoaded(manager, service.unit)) return;
  if (manager.isActive(service.unit))
    steps.afterwards(`start ${service.unit} again`, () => {
      run(manager, 'start', service.unit);
    });
  act(manager, steps, 'stop', service.unit);
}

/**
 * Starts the service of a watch, or restarts it if its files are new, and checks that it runs. It is bound to Docker, so
 * it is left to the next start of Docker if that is down.
 */
export function startService(manager: Manager, steps: Steps, plan: Plan): void {
  const { service, unit } = plan;
  if (!service || service.action === 'stop' || !manager.isActive(unit)) return;
  const wasActive = manager.isActive(service.unit);
  if (wasActive && service.action === 'start') return;
  // With the files as they were, and systemd reloaded.
  if (wasActive)
    steps.afterwards(`restart ${service.unit} as it was`, () => {
      run(manager, 'restart', service.unit);
    });
  else
    steps.onFailure(`stop ${service.unit}`, () => {
      run(manager, 'stop', service.unit);
    });
  act(manager, steps, service.action, service.unit);
  mustWatch(manager, steps, plan);
}

/** Checks that the service of a watch runs, if Docker does. */
export function mustWatch(manager: Manager, steps: Steps, plan: Plan): void {
  const { service, unit } = plan;
  if (!service || service.action === 'stop' || !manager.isActive(unit)) return;
  steps.take(`check that ${service.unit} runs`, () => {
    if (whyNotWatching(manager, plan) === undefined) return;
    // What finds Docker's rules gone restarts Docker, and is down along with it: on a busy machine only now.
    manager.settle?.(service.unit);
    const why = whyNotWatching(manager, plan);
    if (why !== undefined) throw new Error(why);
  });
}

/** One that waits for its next start is not active, and has to be stopped all the same. */
function isLoaded(manager: Manager, unit: string): boolean {
  return /^LoadState=loaded$/m.test(manager.show(unit, ['LoadState']).stdout);
}

type Verb = Parameters<NonNullable<Manager['act']>>[0];

function act(manager: Manager, steps: Steps, verb: Verb, unit: string): void {
  steps.take(`${verb} ${unit}`, () => {
    run(manager, verb, unit);
  });
}

function run(manager: Manager, verb: Verb, unit: string): void {
  const result = manager.act?.(verb, unit);
  if (result) mustSucceed(result, `systemctl ${verb} ${unit}`);
}
