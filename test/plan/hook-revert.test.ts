import { afterEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { applyPlan } from '../../src/apply/apply-plan.js';
import { openRoot } from '../../src/files/open-root.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import type { Plan } from '../../src/plan/plan.js';
import { openSystem } from '../../src/system/open-system.js';
import { docker, enabled, firewall, HOOK, OURS } from '../helpers/docker.js';
import { addTo, fingerprint, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { applied, box, command, HOOKED } from './hooks.js';
import { type Asked, ETC, found, LIB, planFor, refusals } from './plan-for.js';

afterEach(removeTrees);

describe('one relation for each followed unit: no old file stays', () => {
  const two = box({ [`${LIB}/nftables.service`]: firewall(), ...enabled('nftables.service') });
  const asks: readonly Asked[] = [
    HOOKED,
    {},
    { relation: 'part-of', noStartLimit: true },
    { relation: 'watch' },
  ];

  test.each(asks.flatMap((first) => asks.map((second) => [first, second] as const)))(
    'from %j to %j gives the same as on a fresh root',
    (first, second) => {
      const root = makeRoot(two);
      applied(root, first);
      applied(root, second);
      const fresh = makeRoot(two);
      applied(fresh, second);
      // A limit that was lifted once stays so, if only that differs.
      const keepsLimit = first.noStartLimit !== undefined && second.relation === 'part-of';
      if (!keepsLimit) expect(fingerprint(root)).toBe(fingerprint(fresh));
      const before = makeRoot(two);
      applyPlan(openSystem(root), planRevert(openRoot(root), { unit: 'docker.service' }));
      expect(fingerprint(root)).toBe(fingerprint(before));
    },
  );

  test('a unit that follows two by hooks keeps both, and revert takes both', () => {
    const root = makeRoot({ ...two, [`${LIB}/app.service`]: docker() });
    const before = fingerprint(root);
    const app = { ...HOOKED, name: 'app.service' };
    applied(root, { ...app, follow: 'iptables.service' });
    const { changes } = applied(root, { ...app, follow: 'nftables.service' });
    expect(changes.map(({ action }) => action)).toEqual(['create', 'create']);
    expect(planFor(root, { ...app, follow: 'iptables.service' }).changed).toBe(false);
    applyPlan(openSystem(root), planRevert(openRoot(root), { unit: 'app.service' }));
    expect(fingerprint(root)).toBe(before);
  });
});

describe('a hook whose other half somebody removed', () => {
  const wall = `${LIB}/wall.service`;
  const hook = `${ETC}/wall.service.d/50-restart-docker.conf`;
  /** docker follows an unknown firewall, by one half of a hook. */
  const half = (more: Tree): string => {
    const root = makeRoot(box({ [wall]: firewall(), ...more }));
    applied(root, { ...HOOKED, follow: 'wall.service' });
    fs.removeSync(`${root}${ETC}/docker.service.d/50-follow-wall.service.conf`);
    return root;
  };

  test.each<[string, Tree]>([
    ['is started with the system', enabled('wall.service')],
    ['is named by docker', { [`${ETC}/docker.service.d/own.conf`]: '[Unit]\nAfter=wall.service\n' }],
  ])('is found if its unit %s', (_, more) => {
    expect(planFor(half(more)).changes).toContainEqual(
      expect.objectContaining({ path: hook, action: 'delete' }),
    );
  });

  // So that a plan need not look into every drop-in directory of a large system.
  test('is found by revert alone if its unit has nothing to do with docker any more', () => {
    const root = half({});
    expect(planFor(root).changes.map(({ path }) => path)).toEqual([OURS]);
    const { changes } = planRevert(openRoot(root), { unit: 'docker.service' });
    expect(changes.map(({ path, action }) => [path, action])).toEqual([[hook, 'delete']]);
  });
});

describe('revert', () => {
  const hooked = (more: Tree = {}): string => {
    const root = makeRoot(box(more));
    applied(root, HOOKED);
    return root;
  };
  const revert = (root: string, unit = 'docker.service', force: string[] = []): Plan =>
    planRevert(openRoot(root), { unit, force });

  test('reverts both files, first the one that acts', () => {
    const { changes, removed: gone } = revert(hooked());
    expect(changes.map(({ path, action }) => [path, action])).toEqual([
      [HOOK, 'delete'],
      [OURS, 'delete'],
    ]);
    expect(gone).toContain(command('ExecStopPost'));
  });

  test('reverts nothing of docker’s when the firewall is reverted', () => {
    expect(revert(hooked(), 'iptables.service').changed).toBe(false);
  });

  test('finds the hook also if the firewall’s unit, or docker’s, is gone', () => {
    const root = hooked();
    addTo(root, { [`${ETC}/iptables.service`]: '' });
    expect(revert(root).changes).toHaveLength(2);
    addTo(root, { [`${ETC}/docker.service`]: '' });
    expect(revert(root).changes).toHaveLength(2);
  });

  test('an edited hook stays, and so does the other file, unless that is forced', () => {
    const root = hooked();
    const text = revert(root).changes[0]?.before ?? '';
    addTo(root, { [HOOK]: `${text}ExecStopPost=/bin/mine\n` });
    const plan = revert(root);
    expect(refusals(plan).map(({ code }) => code)).toEqual(['edited']);
    expect(plan.changes).toEqual([]);
    expect(revert(root, 'docker.service', ['edited']).changes).toHaveLength(2);
    for (const asked of [{}, { ...HOOKED, follow: 'ssh.service' }])
      expect(found(planFor({ ...box(), [HOOK]: `${text}#\n`, ...sshd }, asked), 'edited')).toHaveLength(1);
  });

  const sshd: Tree = { [`${LIB}/ssh.service`]: docker(), ...enabled('ssh.service') };

  test('a file of that name that somebody else wrote is neither replaced nor removed', () => {
    const tree = box({ [HOOK]: '[Service]\nExecStopPost=/bin/mine\n' });
    expect(refusals(planFor(tree, HOOKED)).map(({ code }) => code)).toEqual(['name-taken']);
    expect(planFor(tree, HOOKED).changes).toEqual([]);
    expect(revert(makeRoot(tree)).changed).toBe(false);
  });
});
