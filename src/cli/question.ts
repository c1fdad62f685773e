import { printable } from '../report/printable.js';
import type { Planned } from './request.js';

/** The consequence of a yes stands in the question. */
export function question({ plan: { changes, service }, root, system, rulesNow }: Planned): string {
  const act = service ? `, and ${service.action} ${service.unit}` : '';
  const now =
    service && service.action !== 'stop' && (rulesNow?.missing ?? 0) > 0
      ? 'Docker restarts now'
      : 'Nothing restarts now';
  const there = system.far ? ` on ${printable(system.far.host)}` : '';
  if (changes.length === 0) return `${now}. Reload systemd${there}${act}?`;
  const files = changes.length === 1 ? 'this file' : `these ${changes.length} files`;
  const isRemoval = changes.every(({ action }) => action === 'delete');
  const verb = isRemoval ? 'Remove' : 'Write';
  if (!system.manager) return `${verb} ${files} ${isRemoval ? 'from' : 'into'} ${printable(root ?? '/')}?`;
  return service
    ? `${now}. ${verb} ${files}${there}, reload systemd${act}?`
    : `Nothing restarts now. ${verb} ${files}${there} and reload systemd?`;
}
