import { afterEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import type { Plan } from '../../src/plan/plan.js';
import { enabled, firewall, HOOK, OURS } from '../helpers/docker.js';
import { addTo, makeRoot, removeTrees } from '../helpers/tree.js';
import { applied, box, HOOKED } from './hooks.js';
import { type Asked, ETC, found, LIB, planFor } from './plan-for.js';

afterEach(removeTrees);

/** Plans without a relation, as the command does without --relation. */
function plain(root: string, follow?: string): Plan {
  return planPatch(openRoot(root), { template: findTemplate('docker'), follow });
}

const ADMIN = `${ETC}/docker.service.d/10-admin.conf`;

describe('without a relation, the one that files of ours set up stays', () => {
  test.each<Asked>([{}, { relation: 'part-of' }, HOOKED, { relation: 'part-of', noStartLimit: true }])(
    '%j',
    (asked) => {
      const root = makeRoot(box());
      const { relation } = applied(root, asked);
      expect(plain(root)).toMatchObject({ changed: false, relation, asked: { relation } });
      expect(plain(root, 'iptables.service')).toMatchObject({ changed: false, relation });
    },
  );

  test('a system that has none gets requires', () => {
    expect(plain(makeRoot(box())).relation).toBe('requires');
  });

  test('what somebody else wrote decides nothing', () => {
    const theirs = '[Unit]\nPartOf=iptables.service\n';
    expect(plain(makeRoot(box({ [ADMIN]: theirs }))).relation).toBe('requires');
  });

  test('each followed unit has its own', () => {
    const root = makeRoot(box({ [`${LIB}/nftables.service`]: firewall(), ...enabled('nftables.service') }));
    applied(root, HOOKED);
    expect(plain(root, 'nftables.service').relation).toBe('requires');
    applied(root, { relation: 'part-of', follow: 'nftables.service' });
    expect(plain(root, 'nftables.service').relation).toBe('part-of');
    expect(plain(root).relation).toBe('hook');
  });

  test('it passes on to the firewall that comes in the place of another one', () => {
    const root = makeRoot(box({ [`${LIB}/nftables.service`]: firewall(), ...enabled('nftables.service') }));
    applied(root, HOOKED);
    fs.removeSync(`${root}${LIB}/iptables.service`);
    expect(plain(root)).toMatchObject({ follow: { unit: 'nftables.service' }, relation: 'hook' });
  });
});

describe('where our file has a part of the relation only, since others say the rest', () => {
  test.each([
    ['Requires', 'requires'],
    ['BindsTo', 'requires'],
    ['Requisite', 'part-of'],
    ['PartOf', 'part-of'],
  ] as const)('%s= of somebody else', (key, relation) => {
    const root = makeRoot(box({ [ADMIN]: `[Unit]\n${key}=iptables.service\n` }));
    const plan = applied(root, { relation });
    expect(plan.missing).toEqual(['After=iptables.service']);
    expect(plain(root)).toMatchObject({ changed: false, relation });
  });

  test('After= of somebody else, beside a hook of ours', () => {
    const root = makeRoot(
      box({ [ADMIN]: '[Unit]\nAfter=iptables.service\n[Service]\n[Unit]\nStartLimitIntervalSec=0\n' }),
    );
    applied(root, HOOKED);
    expect([OURS, HOOK].map((path) => fs.existsSync(root + path))).toEqual([false, true]);
    expect(plain(root)).toMatchObject({ changed: false, relation: 'hook' });
  });

  test('half of a hook is made whole', () => {
    const root = makeRoot(box());
    applied(root, HOOKED);
    fs.removeSync(root + HOOK);
    expect(plain(root)).toMatchObject({ relation: 'hook', changes: [{ path: HOOK, action: 'create' }] });
  });

  test('an edited file counts, too', () => {
    const root = makeRoot(box());
    const { changes } = applied(root, { relation: 'part-of' });
    addTo(root, { [OURS]: `${changes[0]?.after ?? ''}# mine\n` });
    expect(plain(root)).toMatchObject({ relation: 'part-of', changed: false });
  });
});

describe('relation-changes: what another relation will no longer cover is said', () => {
  const cases: [from: Asked, to: Asked, lost: string | undefined][] = [
    [HOOKED, {}, 'reload, stop and start, failed start'],
    [HOOKED, { relation: 'part-of' }, 'reload, stop and start'],
    [{ relation: 'part-of' }, {}, 'failed start'],
    [{}, { relation: 'part-of' }, undefined],
    [{}, HOOKED, undefined],
    [HOOKED, HOOKED, undefined],
  ];
  test.each(cases)('from %j to %j: %s', (from, to, lost) => {
    const root = makeRoot(box());
    applied(root, from);
    const findings = found(planFor(root, to), 'relation-changes');
    expect(findings.map(({ level, text }) => [level, text.split('cover: ')[1]])).toEqual(
      lost === undefined ? [] : [['warn', lost]],
    );
  });

  test('nothing is said if there was none', () => {
    expect(found(planFor(box(), {}), 'relation-changes')).toEqual([]);
  });
});
