import { afterEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { applyPlan } from '../../src/apply/apply-plan.js';
import { openRoot } from '../../src/files/open-root.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import { openSystem } from '../../src/system/open-system.js';
import { docker, enabled, firewall, HOOK, OURS } from '../helpers/docker.js';
import { addTo, fingerprint, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { applied, box, HOOKED } from './hooks.js';
import { ETC, found, LIB, planFor, refusals, settingsOf } from './plan-for.js';

afterEach(removeTrees);

const SECOND = `${ETC}/docker.service.d/50-follow-ip6tables.service.conf`;
const SECOND_HOOK = `${ETC}/ip6tables.service.d/50-restart-docker.conf`;
const ip6 = { follow: 'ip6tables.service' };
const two = (more: Tree = {}): Tree =>
  box({ [`${LIB}/ip6tables.service`]: firewall(), ...enabled('ip6tables.service'), ...more });

function revert(root: string): void {
  expect(applyPlan(openSystem(root), planRevert(openRoot(root), { unit: 'docker.service' })).ok).toBe(true);
}

describe('every followed unit has a file of its own', () => {
  test.each([{}, HOOKED, { relation: 'part-of' } as const])('with %j', (relation) => {
    const root = makeRoot(two());
    const before = fingerprint(root);
    applied(root, relation);
    const first = fs.readFileSync(root + OURS, 'utf8');
    const plan = applied(root, { ...relation, ...ip6 });
    expect(plan.changes.map(({ path, action }) => [path, action])).toContainEqual([SECOND, 'create']);
    expect(plan.alsoFollows).toEqual([{ unit: 'iptables.service', dropIn: OURS }]);
    expect(fs.readFileSync(root + OURS, 'utf8')).toBe(first);
    expect(fs.existsSync(root + HOOK)).toBe(fs.existsSync(root + SECOND_HOOK));
    // Both stay, whichever is planned for again.
    for (const asked of [relation, { ...relation, ...ip6 }]) expect(planFor(root, asked).changed).toBe(false);
    revert(root);
    expect(fingerprint(root)).toBe(before);
  });

  test('with another relation only the hook of that followed unit is removed, not a second one', () => {
    const root = makeRoot(two());
    applied(root, HOOKED);
    applied(root, { ...HOOKED, ...ip6 });
    applied(root, ip6);
    expect([HOOK, SECOND_HOOK].map((path) => fs.existsSync(root + path))).toEqual([true, false]);
    expect(planFor(root, HOOKED).changed).toBe(false);
  });

  test('two hooks share the file that only lifts the start limit, and neither removes the other one', () => {
    const order = { [`${ETC}/service.d/10.conf`]: '[Unit]\nBefore=docker.service\n' };
    const root = makeRoot(two(order));
    applied(root, { ...HOOKED, ...ip6 });
    applied(root, HOOKED);
    expect([HOOK, SECOND_HOOK].map((path) => fs.existsSync(root + path))).toEqual([true, true]);
    for (const asked of [HOOKED, { ...HOOKED, ...ip6 }]) expect(planFor(root, asked).changes).toEqual([]);
  });

  test('a file that follows the unit already keeps its name', () => {
    const root = makeRoot(two());
    applied(root, ip6);
    expect(fs.existsSync(root + OURS)).toBe(true);
    const { changes } = applied(root, {});
    expect(changes).toMatchObject([
      { path: `${ETC}/docker.service.d/50-follow-iptables.service.conf`, action: 'create' },
    ]);
    expect(planFor(root, ip6).changed).toBe(false);
  });

  test.each(['.50-follow-firewall.conf.unit-patch-1-0123456789ab.tmp', '50-follow-firewall.conf.old'])(
    'one that systemd does not read does not count: %s',
    (name) => {
      const root = makeRoot(two());
      const [change] = planFor(root).changes;
      addTo(root, { [`${ETC}/docker.service.d/${name}`]: change?.after ?? '' });
      expect(planFor(root).changes).toMatchObject([{ path: OURS, action: 'create' }]);
      expect(planFor(root, ip6).alsoFollows).toBeUndefined();
    },
  );

  test('the directory that was made for the first file is removed with the last one', () => {
    const root = makeRoot(two());
    const before = fingerprint(root);
    applied(root, {});
    applied(root, ip6);
    fs.removeSync(root + OURS);
    revert(root);
    expect(fingerprint(root)).toBe(before);
  });
});

describe('the firewall’s file is rewritten', () => {
  const gone: [what: string, change: (root: string) => void][] = [
    [
      'is gone',
      (root) => {
        fs.removeSync(`${root}${LIB}/iptables.service`);
      },
    ],
    [
      'is masked',
      (root) => {
        addTo(root, { [`${ETC}/iptables.service`]: link('/dev/null') });
      },
    ],
    [
      'is not used any more',
      (root) => {
        fs.removeSync(`${root}${ETC}/multi-user.target.wants/iptables.service`);
      },
    ],
  ];
  test.each(gone)('if the firewall that it follows %s, and says so', (_, change) => {
    const root = makeRoot(box({ [`${LIB}/nftables.service`]: firewall(), ...enabled('nftables.service') }));
    applied(root, HOOKED);
    change(root);
    const plan = applied(root, HOOKED);
    expect(plan.changes.map(({ path, action }) => [path, action])).toEqual([
      [OURS, 'modify'],
      [`${ETC}/nftables.service.d/50-restart-docker.conf`, 'create'],
      [HOOK, 'delete'],
    ]);
    expect(found(plan, 'stale-follow')).toMatchObject([
      { text: expect.stringContaining('iptables.service') },
    ]);
    expect(plan.alsoFollows).toBeUndefined();
  });

  test('is removed if the unit to follow is not a firewall', () => {
    const root = makeRoot(box({ [`${LIB}/db.service`]: docker(), ...enabled('db.service') }));
    const before = fingerprint(root);
    applied(root, {});
    fs.moveSync(`${root}${LIB}/iptables.service`, `${root}/kept`);
    const plan = applied(root, { follow: 'db.service' });
    expect(plan.changes.map(({ path, action }) => [path, action])).toEqual([
      [`${ETC}/docker.service.d/50-follow-db.service.conf`, 'create'],
      [OURS, 'delete'],
    ]);
    fs.moveSync(`${root}/kept`, `${root}${LIB}/iptables.service`);
    revert(root);
    expect(fingerprint(root)).toBe(before);
  });

  test('and not if the other firewall was named, and both are there', () => {
    const root = makeRoot(box({ [`${LIB}/nftables.service`]: firewall(), ...enabled('nftables.service') }));
    applied(root, {});
    const plan = applied(root, { follow: 'nftables.service' });
    expect(plan.changes).toMatchObject([
      { path: `${ETC}/docker.service.d/50-follow-nftables.service.conf`, action: 'create' },
    ]);
    expect(found(plan, 'stale-follow')).toEqual([]);
  });
});

describe('without --follow', () => {
  test('docker keeps following the unit of our file, if this system uses no known firewall', () => {
    const root = makeRoot({
      [`${LIB}/docker.service`]: docker(),
      [`${LIB}/db.service`]: docker(),
      ...enabled('db.service'),
    });
    expect(() => planFor(root)).toThrow('uses none of the units');
    applied(root, { follow: 'db.service' });
    const plan = planFor(root);
    expect(plan).toMatchObject({ changed: false, follow: { asked: null, unit: 'db.service' } });
    expect(plan.follow?.why).toBe(`followed already, by ${ETC}/docker.service.d/50-follow-db.service.conf`);
  });

  test('the same for a unit without a template', () => {
    const root = makeRoot({
      [`${LIB}/app.service`]: docker(),
      [`${LIB}/db.service`]: docker(),
      ...enabled('db.service'),
    });
    const app = { name: 'app.service' };
    expect(() => planFor(root, app)).toThrow('name the unit that it should follow');
    applied(root, { ...app, follow: 'db.service' });
    expect(planFor(root, app)).toMatchObject({ changed: false, follow: { unit: 'db.service' } });
  });

  test('the firewall counts first', () => {
    const root = makeRoot(box({ [`${LIB}/db.service`]: docker(), ...enabled('db.service') }));
    applied(root, { follow: 'db.service' });
    const plan = planFor(root);
    expect(plan.follow?.unit).toBe('iptables.service');
    expect(settingsOf(plan)).toEqual(['Requires=iptables.service', 'After=iptables.service']);
    expect(refusals(plan)).toEqual([]);
  });
});
