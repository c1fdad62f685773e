import { rootPath } from '../../src/files/files.js';
import type { Finding } from '../../src/plan/findings/finding.js';
import type { Change, Plan } from '../../src/plan/plan.js';

/** Where the drop-in of a test's plan lies. */
export const DROP_IN = rootPath('/etc/systemd/system/docker.service.d/50-follow-firewall.conf');

/** A change of one file; null is a file that is not there. */
export function change(before: string | null, after: string | null, path: string = DROP_IN): Change {
  const action = before === null ? 'create' : after === null ? 'delete' : 'modify';
  return { path: rootPath(path), action, before, after, directories: [] };
}

/** A finding of this level. */
export function finding(level: Finding['level'], code = 'some-code'): Finding {
  return { code, level, text: `what would happen (${code})`, hint: 'the way out' };
}

/** A plan that writes one drop-in, or what `differing` makes of it. */
export function makePlan(differing: Partial<Plan> = {}): Plan {
  const { inForce = [], missing = ['Requires=iptables.service'], removed: gone = [] } = differing;
  return {
    schema: 'unit-patch/plan@1',
    root: '/',
    asked: { command: 'patch', name: 'docker', follow: 'firewall.service', relation: 'requires', force: [] },
    unit: 'docker.service',
    follow: { asked: 'firewall.service', unit: 'iptables.service', why: 'it is enabled' },
    relation: 'requires',
    inForce,
    missing,
    removed: gone,
    parts: [{ unit: 'docker.service', dropIns: [DROP_IN], inForce, missing, removed: gone }],
    ties: { before: [], after: [] },
    findings: [],
    changes: [change(null, '[Unit]\nRequires=iptables.service\n')],
    inputs: [],
    changed: true,
    coverage: [],
    ...differing,
  };
}
