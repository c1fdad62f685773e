import { afterEach, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { compareRelations } from '../../src/plan/compare.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import type { Plan } from '../../src/plan/plan.js';
import { withFirewall } from '../helpers/docker.js';
import { addTo, makeRoot, readFrom, removeTrees, type Tree } from '../helpers/tree.js';
import { applied } from './hooks.js';
import { ETC, found, LIB, planFor, refusals } from './plan-for.js';

afterEach(removeTrees);

const DROP_IN = `${ETC}/docker.service.d/50-follow-srv-data.mount.conf`;
const FSTAB = '/dev/sda1 / ext4 defaults 0 1\n';
const box = (line = '/dev/sdb1 /srv/data ext4 defaults 0 0', more: Tree = {}): Tree => ({
  ...withFirewall(),
  '/etc/fstab': `${FSTAB}${line}\n`,
  ...more,
});
const following = (path: string, tree: Tree | string = box()): Plan => planFor(tree, { follow: path });
const onDocker = (lines: string): Tree => box(undefined, { [`${ETC}/docker.service.d/x.conf`]: lines });

describe('a path is followed by its mount', () => {
  test('of fstab: one line requires it, and orders after it', () => {
    const plan = following('/srv/data');
    expect(plan.follow).toEqual({
      asked: '/srv/data',
      unit: 'srv-data.mount',
      why: 'the mount of /srv/data',
    });
    expect(plan.missing).toEqual(['RequiresMountsFor=/srv/data']);
    expect(plan.changes.map(({ path }) => path)).toEqual([DROP_IN]);
  });

  test('of a mount unit', () => {
    const tree = box('', { [`${LIB}/srv-data.mount`]: '[Mount]\nWhat=/dev/sdb1\nWhere=/srv/data\n' });
    expect(following('/srv/data/', tree).follow?.unit).toBe('srv-data.mount');
  });

  test('that is nearest above it; the root does not count', () => {
    const tree = box('/dev/sdb1 /srv ext4 defaults 0 0\n/dev/sdc1 /srv/data ext4 defaults 0 0');
    expect(following('/srv/data/docker/volumes', tree)).toMatchObject({
      follow: { unit: 'srv-data.mount' },
      missing: ['RequiresMountsFor=/srv/data/docker/volumes'],
    });
    expect(following('/opt/data', tree).follow?.unit).toBe('opt-data.mount');
  });

  test('and nothing else: a restart of the mount restarts docker, which does not start without it', () => {
    const outcomes = following('/srv/data').coverage.map(({ event, outcome }) => [event, outcome]);
    expect(outcomes).toContainEqual(['restart', 'covered']);
    expect(outcomes).toContainEqual(['failed-start', 'down']);
  });

  test('the start limit is lifted beside it if that is asked for', () => {
    expect(planFor(box(), { follow: '/srv/data', noStartLimit: true }).missing).toEqual([
      'RequiresMountsFor=/srv/data',
      'StartLimitIntervalSec=0',
    ]);
  });

  test('the words in the file are about data', () => {
    const root = makeRoot(box());
    applied(root, { follow: '/srv/data' });
    expect(readFrom(root, DROP_IN)).toContain('it would write into the empty directory below the mount');
  });
});

describe('it is in force already', () => {
  test.each([
    ['by the same setting', '[Unit]\nRequiresMountsFor=/var /srv/data\n'],
    ['by one for a path below it', '[Unit]\nRequiresMountsFor=/srv/data/docker\n'],
    ['by another path that lies on the mount', '[Service]\nWorkingDirectory=/srv/data/work\n'],
    ['by both dependencies on the mount unit', '[Unit]\nBindsTo=srv-data.mount\nAfter=srv-data.mount\n'],
  ])('%s', (_, lines) => {
    expect(following('/srv/data', onDocker(lines))).toMatchObject({ changed: false, missing: [] });
  });

  test.each([
    ['a path above it', '[Unit]\nRequiresMountsFor=/srv\n'],
    ['a path that only begins like it', '[Unit]\nRequiresMountsFor=/srv/database\n'],
    ['Requires= without an order', '[Unit]\nRequires=srv-data.mount\n'],
    ['a wish', '[Unit]\nWants=srv-data.mount\nAfter=srv-data.mount\n'],
  ])('not by %s', (_, lines) => {
    expect(following('/srv/data', onDocker(lines)).missing).toEqual(['RequiresMountsFor=/srv/data']);
  });

  test('by our own file: a second run writes nothing, whether the path or its unit is named', () => {
    const root = makeRoot(box());
    applied(root, { follow: '/srv/data' });
    for (const follow of ['/srv/data', 'srv-data.mount'])
      expect(planPatch(openRoot(root), { template: findTemplate('docker'), follow }).changed).toBe(false);
  });
});

describe('what may be wrong with the mount', () => {
  test('nothing mounts the path: a warning, and the line is written for the day on which something does', () => {
    const plan = following('/opt/data');
    expect(plan.changed).toBe(true);
    expect(plan.findings.map(({ code, level }) => [code, level])).toEqual([['mount-missing', 'warn']]);
    expect(plan.coverage).toEqual([]);
  });

  test('its options say when it comes, and the line is named', () => {
    const plan = following('/srv/data', box('nas:/x /srv/data nfs4 nofail,_netdev,x-systemd.automount 0 0'));
    expect(found(plan, 'mount-options').map(({ level, text }) => [level, text])).toEqual([
      [
        'info',
        '/etc/fstab:2 says nofail: the boot goes on without the mount, and then docker.service does not start; ' +
          '_netdev: it waits for the network, and so does docker.service; ' +
          'x-systemd.automount: the start of docker.service mounts it, not the first access',
      ],
    ]);
    expect(found(following('/srv/data'), 'mount-options')).toEqual([]);
  });

  test('an automount unit beside the mount unit', () => {
    const tree = box('', {
      [`${ETC}/srv-data.mount`]: '[Mount]\nWhat=/dev/sdb1\nWhere=/srv/data\n',
      [`${ETC}/srv-data.automount`]: '[Automount]\nWhere=/srv/data\n',
    });
    expect(found(following('/srv/data', tree), 'mount-options').map(({ text }) => text)).toEqual([
      'srv-data.automount waits for an access, but the start of docker.service mounts it, not the first access',
    ]);
  });

  test('a unit that can never exist, since a dash of the path is escaped in its name', () => {
    const tree = box('/dev/sdb1 /media/my-drive ext4 defaults 0 0');
    expect(refusals(following('media-my-drive.mount', tree))).toMatchObject([
      {
        code: 'followed-missing',
        hint: 'the mount unit of /media/my-drive is media-my\\x2ddrive.mount; name the path instead: --follow /media/my-drive',
      },
    ]);
    expect(following('/media/my-drive', tree).follow?.unit).toBe('media-my\\x2ddrive.mount');
  });
});

describe('a path that cannot be followed', () => {
  test.each([
    ['the root', '/', 'no path of a directory that may be mounted'],
    ['one through ..', '/srv/../etc', 'no path of a directory that may be mounted'],
    ['one that is too long', `/${'a'.repeat(5000)}`, 'no path of a directory that may be mounted'],
    ['with a blank', '/srv/my data', 'characters that a unit file cannot hold'],
    ['with a specifier', '/srv/100%', 'characters that a unit file cannot hold'],
    ['with a line break', '/srv/a\nExecStart=/bin/sh', 'characters that a unit file cannot hold'],
  ])('%s', (_, path, why) => {
    expect(() => following(path)).toThrow(
      expect.objectContaining({ code: 'bad-path', message: expect.stringContaining(why) }),
    );
  });

  test.each(['part-of', 'hook', 'watch'] as const)('by the relation %s', (relation) => {
    expect(() => planFor(box(), { follow: '/srv/data', relation })).toThrow(
      expect.objectContaining({ code: 'path-requires' }),
    );
  });

  test('so compare shows the one relation that there is', () => {
    const root = makeRoot(box());
    const { relations } = compareRelations((relation) => planFor(root, { follow: '/srv/data', relation }));
    expect(relations.map(({ relation }) => relation)).toEqual(['requires']);
  });
});

test('a firewall is followed beside it, and each keeps its file', () => {
  const root = makeRoot(box());
  applied(root, { follow: '/srv/data' });
  applied(root, {});
  const { changed, alsoFollows } = planPatch(openRoot(root), { template: findTemplate('docker') });
  expect({ changed, alsoFollows }).toEqual({
    changed: false,
    alsoFollows: [{ unit: 'srv-data.mount', dropIn: DROP_IN }],
  });
});

test('a unit without a template is made to need a mount in the same way, and keeps it without being asked', () => {
  const root = makeRoot(box(undefined, { [`${LIB}/app.service`]: '[Service]\nExecStart=/usr/bin/app\n' }));
  applied(root, { name: 'app.service', follow: '/srv/data' });
  expect(planPatch(openRoot(root), { template: findTemplate('app.service') })).toMatchObject({
    changed: false,
    follow: { unit: 'srv-data.mount' },
  });
  addTo(root, { '/etc/fstab': FSTAB });
  expect(
    found(planPatch(openRoot(root), { template: findTemplate('app.service') }), 'mount-missing'),
  ).toHaveLength(1);
});
