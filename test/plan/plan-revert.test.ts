import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { applyPlan } from '../../src/apply/apply-plan.js';
import { openRoot } from '../../src/files/open-root.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import type { Plan } from '../../src/plan/plan.js';
import { RootSystem } from '../../src/system/root-system.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { addTo, directory, fingerprint, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { ETC, planFor, refusals } from './plan-for.js';

afterAll(removeTrees);

const carryOut = (root: string, plan: Plan): void => {
  expect(applyPlan(new RootSystem(openRoot(root), undefined), plan).ok).toBe(true);
};
const planned = (root: string, force: string[] = []): Plan =>
  planRevert(openRoot(root), { unit: 'docker.service', force });

describe('taking back', () => {
  const roots: [string, Tree][] = [
    ['nothing of docker’s in /etc', {}],
    ['a drop-in of somebody else', { [`${ETC}/docker.service.d/10.conf`]: '[Unit]\nAfter=x.service\n' }],
  ];
  test.each(roots)('leaves the tree as it was: %s', (_, tree) => {
    const root = makeRoot(withFirewall('iptables.service', tree));
    const before = fingerprint(root);
    carryOut(root, planFor(root));
    expect(fingerprint(root)).not.toBe(before);
    const plan = planned(root);
    expect(plan).toMatchObject({ follow: null, relation: null, changes: [{ path: OURS, action: 'delete' }] });
    expect(plan.removed).toEqual(['Requires=iptables.service', 'After=iptables.service']);
    carryOut(root, plan);
    expect(fingerprint(root)).toBe(before);
  });

  test('removes UNIT.d if it is empty then, also one that was there before', () => {
    const root = makeRoot(withFirewall('iptables.service', { [`${ETC}/docker.service.d`]: directory }));
    const without = fingerprint(makeRoot(withFirewall()));
    carryOut(root, planFor(root));
    carryOut(root, planned(root));
    expect(fingerprint(root)).toBe(without);
  });

  test('keeps UNIT.d if it is a link, and the directory that it leads to', () => {
    const root = makeRoot(
      withFirewall('iptables.service', {
        '/srv/docker.d': directory,
        [`${ETC}/docker.service.d`]: link('/srv/docker.d'),
      }),
    );
    const before = fingerprint(root);
    carryOut(root, planFor(root));
    carryOut(root, planned(root));
    expect(fingerprint(root)).toBe(before);
  });

  test('removes nothing above UNIT.d, even if it was made along with it', () => {
    const root = makeRoot({ '/usr/lib/systemd/system/docker.service': '[Service]\nExecStart=/bin/x\n' });
    addTo(root, {
      '/usr/lib/systemd/system/fw.service': '[Service]\nExecStart=/bin/x\n',
      '/usr/lib/systemd/system/multi-user.target.wants/fw.service': { link: '../fw.service' },
    });
    carryOut(root, planFor(root, { follow: 'fw.service' }));
    carryOut(root, planned(root));
    expect(fs.readdirSync(root + ETC)).toEqual([]);
  });

  test('keeps a directory that somebody has put a file into since', () => {
    const root = makeRoot(withFirewall());
    carryOut(root, planFor(root));
    addTo(root, { [`${ETC}/docker.service.d/90.conf`]: '[Unit]\n' });
    carryOut(root, planned(root));
    expect(fs.readdirSync(`${root}${ETC}/docker.service.d`)).toEqual(['90.conf']);
  });

  test('does what it does although the unit is gone', () => {
    const root = makeRoot(withFirewall());
    carryOut(root, planFor(root));
    fs.removeSync(`${root}/usr/lib/systemd/system/docker.service`);
    carryOut(root, planned(root));
    expect(fs.existsSync(root + OURS)).toBe(false);
  });

  test('removes every file of ours, whichever unit it follows', () => {
    const root = makeRoot({ ...withFirewall('a.service'), ...withFirewall('b.service') });
    const before = fingerprint(root);
    const unit = { name: 'docker.service' };
    carryOut(root, planFor(root, { follow: 'a.service' }));
    fs.moveSync(
      `${root}${ETC}/docker.service.d/50-follow-a.service.conf`,
      `${root}${ETC}/docker.service.d/60-other-name.conf`,
    );
    carryOut(root, planFor(root, { ...unit, follow: 'b.service' }));
    const plan = planned(root);
    expect(plan.changes).toHaveLength(2);
    carryOut(root, plan);
    expect(fingerprint(root)).toBe(before);
  });
});

describe('what is not ours stays', () => {
  test('a file of our name without the mark: nothing to revert', () => {
    const root = makeRoot(withFirewall('iptables.service', { [OURS]: '[Unit]\nAfter=iptables.service\n' }));
    expect(planned(root)).toMatchObject({ changed: false, changes: [], findings: [] });
  });

  test('a link, although it leads to a file of ours', () => {
    const root = makeRoot(withFirewall());
    carryOut(root, planFor(root));
    fs.moveSync(root + OURS, `${root}/srv/mine.conf`);
    fs.symlinkSync('/srv/mine.conf', root + OURS);
    expect(planned(root).changed).toBe(false);
  });

  test('an edited file is refused, unless it is forced', () => {
    const root = makeRoot(withFirewall());
    carryOut(root, planFor(root));
    fs.appendFileSync(root + OURS, '[Service]\nEnvironment=A=b\n');
    expect(refusals(planned(root))).toMatchObject([{ code: 'edited', text: expect.stringContaining(OURS) }]);
    expect(planned(root).changes).toEqual([]);
    expect(planned(root, ['edited']).changes).toMatchObject([{ action: 'delete' }]);
  });
});
