import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { OURS, withFirewall } from '../../helpers/docker.js';
import { addTo, makeRoot, removeTrees } from '../../helpers/tree.js';
import { apply, ETC, found, LIB, planFor, refusals, settingsOf } from '../plan-for.js';
import { box } from './cases.js';

afterAll(removeTrees);

test('stale-follow: our drop-in follows a unit that is gone, and the plan replaces it', () => {
  const root = makeRoot({ ...withFirewall(), ...withFirewall('nftables.service') });
  apply(root, planFor(root));
  fs.removeSync(root + LIB + '/iptables.service');
  const plan = planFor(root);
  expect(found(plan, 'stale-follow')).toMatchObject([{ level: 'warn', text: expect.stringContaining(OURS) }]);
  expect(settingsOf(plan)).toEqual(['Requires=nftables.service', 'After=nftables.service']);
});

test('no stale-follow if the unit is there', () => {
  const root = makeRoot({ ...withFirewall(), ...withFirewall('nftables.service') });
  apply(root, planFor(root));
  expect(found(planFor(root, { follow: 'nftables.service' }), 'stale-follow')).toEqual([]);
});

test('edited: forced by name, the edit is lost, as the diff shows', () => {
  const root = makeRoot({ ...withFirewall(), ...withFirewall('nftables.service') });
  const edited = `${planFor(root).changes[0]?.after ?? ''}# mine\n`;
  addTo(root, { [OURS]: edited });
  fs.removeSync(`${root}${LIB}/iptables.service`);
  const asked = { follow: 'nftables.service' };
  expect(refusals(planFor(root, asked))).toMatchObject([{ code: 'edited' }]);
  const plan = planFor(root, { ...asked, force: ['edited'] });
  expect(found(plan, 'edited')).toMatchObject([{ level: 'warn', forced: true }]);
  expect(plan.changes).toMatchObject([{ action: 'modify', before: edited }]);
});

test('broken-dropin: a drop-in that replaces another one is intended, and not a problem', () => {
  const tree = box({
    [`${ETC}/docker.service.d/10.conf`]: '[Unit]\n',
    [`${LIB}/docker.service.d/10.conf`]: 'x',
  });
  expect(found(planFor(tree), 'broken-dropin')).toEqual([]);
});

test('broken-dropin: each problem is listed with file and line, those of the followed unit too', () => {
  const plan = planFor(
    box({
      [`${ETC}/docker.service.d/10.conf`]: '[Unit]\nRequires=iptables\n[Unit] # x\nAfter=a.service\n',
      [`${ETC}/iptables.service.d/10.conf`]: '[Servcie]\nType=oneshot\n',
    }),
  );
  expect(found(plan, 'broken-dropin').map(({ level, text }) => `${level} ${text.split(': ')[0]}`)).toEqual([
    `warn ${ETC}/docker.service.d/10.conf:2`,
    `warn ${ETC}/docker.service.d/10.conf:3`,
    `warn ${ETC}/iptables.service.d/10.conf:1`,
  ]);
  expect(plan.changed).toBe(true);
});
