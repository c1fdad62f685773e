import type { Manager } from '../system/system.js';
import type { Plan } from './plan.js';

const SINCE = 'ActiveEnterTimestampMonotonic';

/**
 * Why the service of a plan does not watch, although Docker runs.
 * @param plan one that has been applied, or one that has nothing to change
 * @returns undefined if it runs, if Docker does not, and if there is no such service
 */
export function whyNotWatching(manager: Manager, { unit, service }: Plan): string | undefined {
  if (!service || service.action === 'stop' || !manager.isActive(unit)) return undefined;
  const value = shownBy(manager, service.unit, ['ActiveState', 'Result', 'ExecMainStatus', SINCE]);
  if (value('ActiveState') === 'active') {
    // It knows the rules of the Docker that it has seen start.
    const isOlder = Number(value(SINCE)) < Number(shownBy(manager, unit, [SINCE])(SINCE));
    return isOlder ? `${service.unit} runs since before ${unit} was started` : undefined;
  }
  const result = value('Result');
  const why = ['', 'success'].includes(result) ? '' : ` (${result}, status ${value('ExecMainStatus')})`;
  return `${service.unit} is ${value('ActiveState') || 'unknown'}${why}`;
}

/** What systemd says of properties of a unit; `''` for one that it does not print. */
function shownBy(
  manager: Manager,
  unit: string,
  properties: readonly string[],
): (property: string) => string {
  const { stdout } = manager.show(unit, properties);
  return (property) => new RegExp(`^${property}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
}
