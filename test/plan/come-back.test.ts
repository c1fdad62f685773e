import { afterEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { openRoot } from '../../src/files/open-root.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import type { Plan } from '../../src/plan/plan.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import { enabled, withFirewall } from '../helpers/docker.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { testFinding } from './findings/cases.js';
import { service } from './findings/firewalls.js';
import { applied, box as dockerBox } from './hooks.js';
import { type Asked, ETC, LIB, planFor } from './plan-for.js';

afterEach(removeTrees);

/** A database and its application, both started at boot. */
const box = (more: Tree = {}): Tree => ({
  [`${LIB}/db.service`]: service('ExecStart=/usr/bin/db'),
  [`${LIB}/app.service`]: '[Service]\nExecStart=/usr/bin/app\n',
  ...enabled('db.service'),
  ...enabled('app.service'),
  ...more,
});
const without = (tree: Tree, path: string): Tree =>
  Object.fromEntries(Object.entries(tree).filter(([one]) => one !== path));

const BACK: Asked = { name: 'app.service', follow: 'db.service', comeBack: true };
const FILE = `${ETC}/db.service.d/50-start-app.service.conf`;

const again = (root: string, more: Partial<Asked> = {}): Plan =>
  planPatch(openRoot(root), { template: findTemplate('app.service'), follow: 'db.service', ...more });

const stopAndStart = ({ coverage }: Plan): string | undefined =>
  coverage.find(({ event }) => event === 'stop-start')?.outcome;

describe('--come-back: a start of the followed unit starts the follower', () => {
  test.each(['requires', 'part-of'] as const)('%s: which a stop has stopped', (relation) => {
    expect(stopAndStart(planFor(box(), { ...BACK, relation, comeBack: false }))).toBe('down');
    const plan = planFor(box(), { ...BACK, relation });
    expect(stopAndStart(plan)).toBe('covered');
    expect(plan.changes.map(({ path }) => path)).toContain(FILE);
    expect(plan.missing).toContain('Wants=app.service');
  });

  test('docker has a file of its own name', () => {
    const { changes } = planFor(dockerBox(), { comeBack: true });
    expect(changes.map(({ path }) => path)).toContain(`${ETC}/iptables.service.d/50-start-docker.conf`);
  });

  test('the mount of a path starts it, too', () => {
    const plan = planFor(box({ '/etc/fstab': '/dev/sdb /srv/data ext4 defaults 0 0\n' }), {
      ...BACK,
      follow: '/srv/data',
    });
    expect(plan.changes.map(({ path }) => path)).toContain(
      `${ETC}/srv-data.mount.d/50-start-app.service.conf`,
    );
  });

  test('a path that nothing mounts has nothing that could start it', () => {
    const plan = planFor(box(), { ...BACK, follow: '/srv/data' });
    expect(plan.missing).toEqual(['RequiresMountsFor=/srv/data']);
    expect(plan.findings.map(({ code }) => code)).toEqual(['mount-missing']);
  });

  test('libvirt comes back unless that is not wanted, since it ends by itself', () => {
    const tree = withFirewall('iptables.service', {
      [`${LIB}/libvirtd.service`]: service('ExecStart=/usr/sbin/libvirtd'),
    });
    const missing = (comeBack?: boolean): readonly string[] =>
      planFor(tree, { name: 'libvirtd', ...(comeBack === undefined ? {} : { comeBack }) }).missing;
    expect(missing()).toContain('Wants=libvirtd.service');
    expect(missing(false)).not.toContain('Wants=libvirtd.service');
  });

  test.each<[string, Tree]>([
    ['Wants= in a drop-in', { [`${ETC}/db.service.d/10.conf`]: '[Unit]\nWants=app.service\n' }],
    ['Upholds=', { [`${ETC}/db.service.d/10.conf`]: '[Unit]\nUpholds=app.service\n' }],
    ['a link', { [`${ETC}/db.service.wants/app.service`]: link(`${LIB}/app.service`) }],
  ])('%s says it already', (_, more) => {
    expect(planFor(box(more), BACK).missing).toEqual(['Requires=db.service', 'After=db.service']);
  });

  test('by any other relation nothing is stopped, and nothing has to come back', () => {
    for (const relation of ['wants', 'order'] as const)
      expect(planFor(box(), { ...BACK, relation }).changes.map(({ path }) => path)).not.toContain(FILE);
  });
});

describe('once it is there', () => {
  test('it stays without the option, and with another relation that stops', () => {
    const root = makeRoot(box());
    applied(root, BACK);
    expect(again(root)).toMatchObject({ changed: false, relation: 'requires', asked: { comeBack: true } });
    expect(again(root, { relation: 'part-of' }).changes.map(({ path }) => path)).not.toContain(FILE);
  });

  test('it goes with a relation that stops nothing, and with a revert', () => {
    const root = makeRoot(box());
    applied(root, BACK);
    const goes = { path: FILE, action: 'delete' };
    expect(again(root, { relation: 'order' }).changes).toContainEqual(expect.objectContaining(goes));
    expect(planRevert(openRoot(root), { unit: 'app.service' }).changes).toContainEqual(
      expect.objectContaining(goes),
    );
  });

  test('it is no hook, even if other files have all the rest', () => {
    const root = makeRoot(
      box({ [`${ETC}/app.service.d/10.conf`]: '[Unit]\nPartOf=db.service\nAfter=db.service\n' }),
    );
    applied(root, { ...BACK, relation: 'part-of' });
    expect(fs.existsSync(`${root}${ETC}/app.service.d/50-follow-db.service.conf`)).toBe(false);
    expect(again(root)).toMatchObject({ changed: false, relation: 'part-of' });
  });
});

testFinding('starts-along', {
  'one that is enabled': { tree: box(), ...BACK, level: 'info', says: 'systemctl mask app.service' },
  'one that is not, in a boot that starts the other': {
    tree: without(box(), `${ETC}/multi-user.target.wants/app.service`),
    ...BACK,
    level: 'warn',
    says: 'though app.service is not enabled',
  },
  'not asked for': { tree: box(), ...BACK, comeBack: false, level: 'none' },
});
