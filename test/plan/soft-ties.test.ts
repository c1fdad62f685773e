import { afterEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { openRoot } from '../../src/files/open-root.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { isSoft, type Relation, RELATIONS } from '../../src/firewalls/template.js';
import { compareRelations } from '../../src/plan/compare.js';
import { plannerOf } from '../../src/plan/plan-patch.js';
import { loadUnit } from '../../src/units/loader.js';
import { docker, firewall } from '../helpers/docker.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { service } from './findings/firewalls.js';
import { applied, box } from './hooks.js';
import { ETC, LIB, planFor, refusals } from './plan-for.js';

afterEach(removeTrees);

const OWN = `${ETC}/docker.service.d/50-follow-firewall.conf`;
const SOFT = ['wants', 'order'] as const;

describe('a soft tie restarts nothing', () => {
  test('wants starts the other unit, and order only waits for it', () => {
    expect(planFor(box(), { relation: 'wants' }).missing).toEqual([
      'Wants=iptables.service',
      'After=iptables.service',
    ]);
    expect(planFor(box(), { relation: 'order' }).missing).toEqual(['After=iptables.service']);
  });

  test.each(SOFT)('%s covers no restart', (relation) => {
    const { coverage } = planFor(box(), { relation });
    expect(coverage.find(({ event }) => event === 'restart')?.outcome).toBe('lost');
  });

  test.each(SOFT)('%s: an event of a database is not passed on', (relation) => {
    const tree = box({ [`${LIB}/db.service`]: service('ExecStart=/usr/bin/db') });
    const { coverage } = planFor(tree, { follow: 'db.service', relation });
    expect(new Set(coverage.map(({ outcome }) => outcome))).toEqual(
      new Set(['not-restarted', 'not-applicable']),
    );
  });

  test('whatever says more says it too', () => {
    for (const said of ['Requires', 'BindsTo', 'Wants']) {
      const theirs = { [`${ETC}/docker.service.d/10.conf`]: `[Unit]\n${said}=iptables.service\n` };
      expect(planFor(box(theirs), { relation: 'wants' }).missing).toEqual(['After=iptables.service']);
    }
    const linked: Tree = {
      [`${ETC}/docker.service.wants/iptables.service`]: link(`${LIB}/iptables.service`),
    };
    expect(planFor(box(linked), { relation: 'wants' }).missing).toEqual(['After=iptables.service']);
  });
});

describe('its file is known again', () => {
  test.each(SOFT)('%s stays without --relation', (relation) => {
    const root = makeRoot(box());
    applied(root, { relation });
    const plan = plannerOf(openRoot(root), { template: findTemplate('docker') })(undefined);
    expect(plan).toMatchObject({ relation, changed: false, follow: { unit: 'iptables.service' } });
  });

  test('also if only a part of it was missing', () => {
    const root = makeRoot(box({ [`${ETC}/docker.service.d/10.conf`]: '[Unit]\nAfter=iptables.service\n' }));
    applied(root, { relation: 'wants' });
    expect(fs.readFileSync(root + OWN, 'utf8')).not.toContain('After=');
    const plan = plannerOf(openRoot(root), { template: findTemplate('docker') })(undefined);
    expect(plan).toMatchObject({ relation: 'wants', changed: false });
  });

  test('half of requires, of which other files have had the rest, is no order', () => {
    const root = makeRoot(
      box({ [`${ETC}/docker.service.d/10.conf`]: '[Unit]\nRequires=iptables.service\n' }),
    );
    applied(root, {});
    fs.removeSync(`${root}${ETC}/docker.service.d/10.conf`);
    const plan = plannerOf(openRoot(root), { template: findTemplate('docker') })(undefined);
    expect(plan).toMatchObject({
      relation: 'requires',
      missing: ['Requires=iptables.service', 'After=iptables.service'],
    });
  });

  test('a stronger one takes its place, and the other way round is said', () => {
    const root = makeRoot(box());
    applied(root, { relation: 'order' });
    applied(root, { relation: 'requires' });
    expect(loadUnit(openRoot(root), 'docker.service').dependencies.map(({ type }) => type)).toContain(
      'Requires',
    );
    const plan = plannerOf(openRoot(root), { template: findTemplate('docker') })('order');
    expect(plan.removed).toEqual(['Requires=iptables.service']);
    expect(plan.findings.find(({ code }) => code === 'relation-changes')?.text).toContain(
      'no longer cover: ',
    );
  });
});

test('compare has both, and never offers one', () => {
  const planWith = plannerOf(openRoot(makeRoot(box())), { template: findTemplate('docker') });
  const { relations, choice, others } = compareRelations(planWith);
  expect(relations.map(({ relation }) => relation)).toEqual(RELATIONS);
  const offered = [choice?.relation ?? null, ...others.map(({ relation }) => relation)];
  expect(offered.filter(isSoft)).toEqual([]);
});

test('wants starts a firewall that is not enabled, and is refused; order starts nothing', () => {
  const tree = { [`${LIB}/docker.service`]: docker(), [`${LIB}/iptables.service`]: firewall() };
  const refusedWith = (relation: Relation): string[] =>
    refusals(planFor(tree, { follow: 'iptables.service', relation })).map(({ code }) => code);
  expect(refusedWith('wants')).toEqual(['followed-disabled']);
  expect(refusedWith('order')).toEqual([]);
});
