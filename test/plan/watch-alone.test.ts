import { afterEach, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import type { Relation } from '../../src/firewalls/template.js';
import { protectionOf } from '../../src/doctor/protection.js';
import { compareRelations } from '../../src/plan/compare.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import type { Plan } from '../../src/plan/plan.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import { openSystem } from '../../src/system/open-system.js';
import { docker, enabled, firewall, OURS, WATCH, watchTools } from '../helpers/docker.js';
import { addTo, directory, fingerprint, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { applyPlan } from '../../src/apply/apply-plan.js';
import { applied } from './hooks.js';
import { LIB, planFor, refusals } from './plan-for.js';

afterEach(removeTrees);

/** Docker, and nothing that is known to be a firewall: a script of cron, csf without a unit, an administrator. */
const box = (more: Tree = {}): Tree => ({
  [`${LIB}/docker.service`]: docker(),
  '/etc/systemd/system': directory,
  ...watchTools,
  ...more,
});
const anew = (root: string, relation?: Relation): Plan =>
  planPatch(openRoot(root), { template: findTemplate('docker'), relation });

describe('where no unit is the firewall, a watch', () => {
  test('is planned without one: nothing is followed, and no order is written', () => {
    const { follow, missing, changes, ties, findings } = planFor(box(), { relation: 'watch' });
    expect(follow).toBeNull();
    expect(missing).toEqual(['Wants=docker-rules.service', 'StartLimitIntervalSec=0']);
    expect(changes.map(({ path }) => path)).toEqual([WATCH.script, WATCH.service, OURS]);
    expect(ties).toEqual({ before: [], after: [] });
    expect(findings).toEqual([]);
  });

  test('covers what people and scripts do, the only event that there is', () => {
    const { coverage } = planFor(box(), { relation: 'watch' });
    expect(coverage.map(({ event, outcome }) => [event, outcome])).toEqual([['outside-systemd', 'covered']]);
  });

  test('is kept by the next run, and reverted without a trace', () => {
    const root = makeRoot(box());
    const before = fingerprint(root);
    applied(root, { relation: 'watch' });
    expect(anew(root)).toMatchObject({ relation: 'watch', follow: null, changed: false });
    const system = openSystem(root);
    expect(applyPlan(system, planRevert(system, { unit: 'docker.service' })).ok).toBe(true);
    expect(fingerprint(root)).toBe(before);
  });

  test('is all there is: any other relation says that no unit is the firewall, and offers the watch', () => {
    const root = makeRoot(box());
    expect(() => anew(root, 'requires')).toThrow(
      expect.objectContaining({
        code: 'no-candidate',
        hint: expect.stringContaining('unit-patch docker --relation watch'),
      }),
    );
  });

  test('that is refused offers no other relation as a way out', () => {
    const { changes, findings } = planFor(box({ '/var/lib/docker/swarm/docker-state.json': '{}' }), {
      relation: 'watch',
    });
    expect(changes).toEqual([]);
    expect(refusals({ findings } as Plan)).toMatchObject([
      { code: 'watch-swarm', hint: 'nothing else is safe here either' },
    ]);
  });

  test('that restarts Docker says so of the containers, and names no unit', () => {
    const { findings } = planFor(box({ '/etc/docker/daemon.json': '{}' }), {
      relation: 'watch',
      heal: 'restart',
    });
    expect(findings.map(({ text }) => text)).toEqual([
      expect.stringMatching(/^the watch, whenever it brings the rules back, restarts the containers too/),
    ]);
  });

  test('comes to follow a firewall that is installed later', () => {
    const root = makeRoot(box());
    applied(root, { relation: 'watch' });
    addTo(root, { [`${LIB}/iptables.service`]: firewall(), ...enabled('iptables.service') });
    const { relation, follow, missing } = anew(root);
    expect({ relation, follow: follow?.unit }).toEqual({ relation: 'watch', follow: 'iptables.service' });
    expect(missing).toContain('After=iptables.service');
  });
});

test('a watch that is in place beside ufw, which leaves the rules alone, is kept too', () => {
  const root = makeRoot({
    ...box(),
    [`${LIB}/ufw.service`]: firewall(),
    ...enabled('ufw.service'),
    '/etc/ufw/ufw.conf': 'ENABLED=yes\n',
  });
  applied(root, { relation: 'watch' });
  expect(anew(root)).toMatchObject({ relation: 'watch', changed: false });
});

test('compare shows the watch alone, and chooses it', () => {
  const root = makeRoot(box());
  const { follow, relations, choice } = compareRelations((relation) => anew(root, relation));
  expect({ follow, relations: relations.map(({ relation }) => relation), choice: choice?.relation }).toEqual({
    follow: null,
    relations: ['watch'],
    choice: 'watch',
  });
});

describe('doctor', () => {
  const protection = (root: string): object =>
    protectionOf(openSystem(root), { template: findTemplate('docker') });

  test('knows that nothing is followed, and that a watch would help', () => {
    expect(protection(makeRoot(box()))).toMatchObject({
      state: 'no-firewall',
      follow: null,
      relations: [{ relation: 'watch', state: 'missing', covers: ['outside-systemd'] }],
    });
  });

  test('finds Docker protected by the watch that is in place', () => {
    const root = makeRoot(box());
    applied(root, { relation: 'watch' });
    expect(protection(root)).toMatchObject({
      state: 'protected',
      follow: null,
      watch: { service: 'docker-rules.service', heal: 'put-back' },
    });
  });
});

test('an empty file in place of the drop-in is no watch', () => {
  const root = makeRoot({ ...box(), [OURS]: '' });
  expect(() => anew(root)).toThrow(expect.objectContaining({ code: 'no-candidate' }));
  expect(planRevert(openSystem(root), { unit: 'docker.service' }).changed).toBe(false);
});
