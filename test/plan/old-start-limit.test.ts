import { afterAll, describe, expect, test } from '@jest/globals';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { loadUnit } from '../../src/units/loader.js';
import { OURS } from '../helpers/docker.js';
import { makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { WatchedFiles } from '../units/watched-files.js';
import { applied, box, HOOKED } from './hooks.js';
import { apply, ETC, LIB, planFor } from './plan-for.js';

afterAll(removeTrees);

const CENTOS_7: Tree = { '/etc/os-release': 'ID="centos"\nVERSION_ID="7"\n' };
const LIFTED = { noStartLimit: true } as const;

describe('before systemd 230, which reads a start limit in [Service] only,', () => {
  test('--no-start-limit writes it there, by its name of old', () => {
    const plan = planFor(box(CENTOS_7), LIFTED);
    expect(plan.missing).toEqual([
      'Requires=iptables.service',
      'After=iptables.service',
      'StartLimitInterval=0',
    ]);
    expect(plan.changes[0]?.after).toMatch(
      /\n\[Unit\]\nRequires=iptables\.service\nAfter=iptables\.service\n\n\[Service\]\nStartLimitInterval=0\n$/,
    );
  });

  test('so does a hook; a second run finds it in force', () => {
    const root = makeRoot(box(CENTOS_7));
    applied(root, HOOKED);
    const plan = planFor(root, HOOKED);
    expect(plan.changed).toBe(false);
    expect(plan.inForce).toContainEqual(expect.objectContaining({ by: 'StartLimitInterval=0', file: OURS }));
    expect(loadUnit(openRoot(root), 'docker.service').problems).toEqual([]);
  });

  test('a line in [Unit] that does nothing there does not count', () => {
    const line = { [`${ETC}/docker.service.d/l.conf`]: '[Unit]\nStartLimitIntervalSec=0\n' };
    expect(planFor(box({ ...CENTOS_7, ...line }), HOOKED).missing).toContain('StartLimitInterval=0');
    const plan = planFor(box(line), HOOKED, { systemd: 219 });
    expect(plan.missing).toContain('StartLimitInterval=0');
  });

  test('a file of ours that has it in [Unit] is rewritten', () => {
    const root = makeRoot(box());
    applied(root, HOOKED);
    const plan = planFor(root, HOOKED, { systemd: 219 });
    expect(plan.changes).toMatchObject([{ path: OURS, action: 'modify' }]);
    apply(root, plan);
    expect(planFor(root, HOOKED, { systemd: 219 }).changed).toBe(false);
  });

  test('a unit that is not a service has no limit', () => {
    const timer = { [`${LIB}/x.timer`]: '[Timer]\nOnBootSec=1\n' };
    const asked = { name: 'x.timer', follow: 'iptables.service', ...LIFTED };
    const { missing } = planFor(box({ ...CENTOS_7, ...timer }), asked);
    expect(missing).toEqual(['Requires=iptables.service', 'After=iptables.service']);
  });
});

test.each([
  ['230', box(), { systemd: 230 }],
  ['unknown', box(), {}],
])('it stays in [Unit] where the version is %s', (_, tree, options) => {
  expect(planFor(tree, LIFTED, options).missing).toContain('StartLimitIntervalSec=0');
});

test.each([
  [true, 1],
  [false, 0],
])('the version is looked for only if a limit is lifted: %s', (noStartLimit, times) => {
  const files = new WatchedFiles(openRoot(makeRoot(box(CENTOS_7))));
  planPatch(files, { template: findTemplate('docker'), relation: 'requires', noStartLimit });
  expect(files.opened.filter((path) => path === '/etc/os-release')).toHaveLength(times);
});
