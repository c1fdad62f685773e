import type { Manager } from '../system/system.js';
import type { Plan } from './plan.js';

/**
 * Why the service of a plan does not watch, although Docker runs.
 * @param plan one that has been applied, or one that has nothing to change
 * @returns undefined if it runs, if Docker does not, and if there is no such service
 */
export function whyNotWatching(manager: Manager, { unit, service }: Plan): string | undefined {
  if (!service || service.action === 'stop' || !manager.isActive(unit)) return undefined;
  const shown = manager.show(service.unit, ['ActiveState', 'SubState', 'Result', 'ExecMainStatus']).stdout;
  const value = (property: string): string => new RegExp(`^${property}=(.*)$`, 'm').exec(shown)?.[1] ?? '';
  if (value('ActiveState') === 'active') return undefined;
  const result = value('Result');
  const why = ['', 'success'].includes(result) ? '' : ` (${result}, status ${value('ExecMainStatus')})`;
  return `${service.unit} is ${value('ActiveState') || 'unknown'}${why}`;
}
