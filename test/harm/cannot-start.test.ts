// What keeps docker from starting before anything is written. The drop-in changes nothing about that: the harm is
// that a restart of the firewall then fails with the same words, which test/lab shows. Here systemd says that it does
// not start docker, or does, and the tool says the same.
import { afterAll, describe, expect, test } from '@jest/globals';
import { describeEachSystemd } from '../conformance/each-systemd.js';
import { firewall } from '../helpers/docker.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { ETC } from '../plan/plan-for.js';
import { HarmJudge, planOf } from './harm-judge.js';
import { rootOf, VERSIONS } from './judge-cases.js';
import { etc, iptables, lib, pulledIn, service } from './units.js';

afterAll(removeTrees);

const override = (lines: string): Tree => etc('docker.service.d/override.conf', `[Unit]\n${lines}\n`);
const inService = (line: string): Tree => etc('docker.service.d/override.conf', `[Service]\n${line}\n`);
const masked = (name: string): Tree => ({ [`${ETC}/${name}`]: link('/dev/null') });
const chain = lib('a.service', service('Requires=b.service'));

const NOT_STARTED: readonly [says: string, root: Tree, why: string][] = [
  [
    'requires what is masked',
    { ...override('Requires=a.service'), ...masked('a.service') },
    'a.service is masked.',
  ],
  ['requires what is missing', override('Requires=a.service'), 'a.service not found.'],
  ['binds to what is missing', override('BindsTo=a.service'), 'a.service not found.'],
  [
    'verifies what is masked',
    { ...override('Requisite=a.service'), ...masked('a.service') },
    'a.service is masked.',
  ],
  ['verifies what is missing', override('Requisite=a.service'), 'a.service not found.'],
  [
    'requires what requires what is missing',
    { ...override('Requires=a.service'), ...chain },
    'b.service not found.',
  ],
  [
    'requires what verifies what is missing',
    { ...override('Requires=a.service'), ...lib('a.service', service('Requisite=b.service')) },
    'b.service not found.',
  ],
  ['requires a mount that nothing brings', override('Requires=mnt-data.mount'), 'mnt-data.mount not found.'],
  ['requires a target that does not exist', override('Requires=x.target'), 'x.target not found.'],
  ['has its socket masked', masked('docker.socket'), 'docker.socket is masked.'],
  [
    'is in a slice that is masked',
    { ...inService('Slice=x.slice'), ...masked('x.slice') },
    'x.slice is masked.',
  ],
  [
    'has a link in its .requires directory to what is masked',
    { ...pulledIn('a.service', 'docker.service', 'requires'), ...masked('a.service') },
    'a.service is masked.',
  ],
  [
    'requires what says nothing to start',
    { ...override('Requires=a.service'), ...lib('a.service', '[Service]\nUser=a\n') },
    'a.service has a bad unit file setting.',
  ],
  [
    'requires what has a comment behind [Unit]',
    { ...override('Requires=a.service'), ...lib('a.service', '[Unit] # x\n') },
    'a.service failed to load properly',
  ],
  [
    'needs the mount of a path, which says nothing to mount',
    { ...override('RequiresMountsFor=/srv/data'), ...lib('srv.mount', '[Mount]\nWhere=/srv\n') },
    'srv.mount has a bad unit file setting.',
  ],
];

const STARTED: readonly [says: string, root: Tree][] = [
  ['needs nothing more', {}],
  ['wants what is masked', { ...override('Wants=a.service'), ...masked('a.service') }],
  ['upholds what is missing', override('Upholds=a.service')],
  ['wants what requires what is missing', { ...override('Wants=a.service'), ...chain }],
  ['verifies what requires what is missing', { ...override('Requisite=a.service'), ...chain }],
  ['binds to a device', override('BindsTo=dev-sdz.device')],
  ['requires a slice without a file', override('Requires=x.slice')],
  ['takes a masked socket by Sockets=', { ...inService('Sockets=b.socket'), ...masked('b.socket') }],
  [
    'needs the mount of a path, which is masked',
    { ...override('RequiresMountsFor=/srv/data'), ...masked('srv.mount') },
  ],
  ['needs a path that nothing is mounted on', override('RequiresMountsFor=/srv/data')],
];

const whole = (root: Tree): Tree => rootOf({ root: { ...iptables(firewall()), ...root } });

/** What the tool says for each relation. */
function told(root: Tree): string[][] {
  const image = makeRoot({ ...whole(root), '/usr/bin/systemctl': '#!/bin/sh\n' });
  return (['requires', 'part-of', 'hook'] as const).map((relation) =>
    planOf(image, { relation })
      .findings.filter(({ level, code }) => level === 'refuse' || code === 'cannot-start')
      .map(({ code, text }) => `${code}: ${text}`),
  );
}

describe.each(NOT_STARTED)('docker %s', (_, root, why) => {
  test('is refused for every relation, and the refusal names that unit', () => {
    const [unit = ''] = why.split(' ');
    const one = [expect.stringMatching(new RegExp(`^cannot-start: .*${unit.replaceAll('.', '\\.')}`))];
    expect(told(root)).toEqual([one, one, one]);
  });
});

test.each(STARTED)('nothing is refused if docker %s', (_, root) => {
  expect(told(root)).toEqual([[], [], []]);
});

describeEachSystemd(
  VERSIONS,
  (base) => HarmJudge.open(base),
  (judge) => {
    test.each(NOT_STARTED)('systemd does not start docker, which %s', async (_, root, why) => {
      judge().show(whole(root));
      expect((await judge().doings()).start.failed).toContain(`Unit ${why}`);
    });

    test.each(STARTED)('systemd starts docker, which %s', async (_, root) => {
      judge().show(whole(root));
      const { start } = await judge().doings();
      expect(start.failed).toBeUndefined();
      expect(start.starts).toContain('docker.service');
    });
  },
);
