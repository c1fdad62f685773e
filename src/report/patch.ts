import { formatPatch, structuredPatch } from 'diff';
import type { Change } from '../plan/plan.js';

/**
 * A change as a patch that `git apply` and `patch -p1` take inside the root.
 * @param prefix a directory to put before the path, for patches of several roots; empty for one
 * @example
 * ```ts
 * import { openRoot, parseTemplate, patchOf, planPatch, readTemplate } from 'unit-patch';
 *
 * const request = { template: parseTemplate(readTemplate('docker')), follow: undefined, relation: 'requires' };
 * const plan = planPatch(openRoot('examples/centos-7'), request);
 * assert.match(patchOf(plan.changes[0]), /^\+Requires=iptables\.service$/m);
 * ```
 */
export function patchOf({ path, before, after, isExecutable }: Change, prefix = ''): string {
  const name = `${prefix}${path}`.replace(/^\/+/, '');
  const oldName = before === null ? '/dev/null' : `a/${name}`;
  const newName = after === null ? '/dev/null' : `b/${name}`;
  const mode = isExecutable ? '100755' : '100644';
  const patch = formatPatch({
    ...structuredPatch(oldName, newName, before ?? '', after ?? '', undefined, undefined, { context: 3 }),
    isGit: true,
    ...(before === null ? { isCreate: true, newMode: mode } : {}),
    ...(after === null ? { isDelete: true, oldMode: mode } : {}),
  });
  // As git does: patch(1) takes a name with spaces only up to a TAB after it.
  const hunks = patch.indexOf('\n@@');
  return patch.slice(0, hunks).replace(/^(?:---|\+\+\+) .* .*$/gm, '$&\t') + patch.slice(hunks);
}
