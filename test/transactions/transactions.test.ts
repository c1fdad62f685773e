import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { wayDown } from '../../src/transactions/ordering.js';
import { Transactions, staysActive } from '../../src/transactions/transactions.js';
import { UnitLoader } from '../../src/units/loader.js';
import { enabled } from '../helpers/docker.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterAll(removeTrees);

const ETC = '/etc/systemd/system';
const LIB = '/usr/lib/systemd/system';
const service = (unit = '', more = ''): string => `[Unit]\n${unit}\n[Service]\nExecStart=/bin/x\n${more}`;
const jobsOf = (tree: Tree, active: string[] = []): Transactions =>
  Transactions.of(new UnitLoader(openRoot(makeRoot(tree))), active);
const services = (names: ReadonlySet<string>): string[] =>
  [...names].filter((name) => name.endsWith('.service')).sort();

describe('a boot', () => {
  test('starts what the default target wants, in a root that holds only part of a system', () => {
    const transactions = jobsOf({
      [`${LIB}/a.service`]: service(),
      [`${LIB}/b.service`]: service(),
      ...enabled('a.service'),
    });
    expect(services(transactions.atBoot())).toEqual(['a.service']);
  });

  test('follows the default target that the root has', () => {
    const transactions = jobsOf({
      [`${LIB}/a.service`]: service(),
      [`${LIB}/small.target`]: '[Unit]\n',
      [`${ETC}/default.target`]: link(`${LIB}/small.target`),
      ...enabled('a.service'),
    });
    expect(services(transactions.atBoot())).toEqual([]);
  });

  test('starts nothing that is masked, missing or broken', () => {
    const transactions = jobsOf({
      [`${LIB}/a.service`]: service('Requires=masked.service gone.service broken.service b.service'),
      [`${LIB}/b.service`]: service(),
      [`${ETC}/masked.service`]: link('/dev/null'),
      [`${LIB}/broken.service`]: '[Unit\n',
      ...enabled('a.service'),
    });
    expect(services(transactions.atBoot())).toEqual(['a.service', 'b.service']);
  });

  test('leaves a unit alone that only its socket starts', () => {
    const transactions = jobsOf({
      [`${LIB}/a.service`]: service(),
      [`${LIB}/a.socket`]: '[Socket]\nListenStream=1\n',
      [`${ETC}/sockets.target.wants/a.socket`]: link(`${LIB}/a.socket`),
    });
    expect(transactions.atBoot().has('a.socket')).toBe(true);
    expect(services(transactions.atBoot())).toEqual([]);
  });
});

describe('a restart', () => {
  const tree: Tree = {
    [`${LIB}/fw.service`]: service('Wants=stays.service goes.service'),
    [`${LIB}/stays.service`]: service(),
    [`${LIB}/goes.service`]: service('', 'Type=oneshot\n'),
    [`${LIB}/requires.service`]: service('Requires=fw.service'),
    [`${LIB}/part.service`]: service('PartOf=requires.service'),
    [`${LIB}/wants.service`]: service('Wants=fw.service'),
    ...['fw', 'requires', 'part', 'wants'].reduce(
      (all, name) => ({ ...all, ...enabled(`${name}.service`) }),
      {},
    ),
  };

  test('goes on to the units that require the unit or are part of it, and starts again those that did not stay', () => {
    expect(services(jobsOf(tree).restartOf('fw.service', []))).toEqual([
      'fw.service',
      'goes.service',
      'part.service',
      'requires.service',
    ]);
  });

  test('reaches only what runs: of the boot, named, or known to be active', () => {
    const idle = { ...tree, [`${LIB}/idle.service`]: service('PartOf=fw.service') };
    expect(jobsOf(idle).restartOf('fw.service', []).has('idle.service')).toBe(false);
    expect(jobsOf(idle).restartOf('fw.service', ['idle.service']).has('idle.service')).toBe(true);
    expect(jobsOf(idle, ['idle.service']).restartOf('fw.service', []).has('idle.service')).toBe(true);
  });
});

test.each([
  ['[Service]\nExecStart=/bin/x\n', true],
  ['[Service]\nType=oneshot\nExecStart=/bin/x\n', false],
  ['[Service]\nType=oneshot\nExecStart=/bin/x\nRemainAfterExit=on\n', true],
  ['[Service]\nExecStop=/bin/x\nRemainAfterExit=yes\n', true],
])('%j stays active: %p', (text, expected) => {
  expect(staysActive(jobsOf({ [`${LIB}/x.service`]: text }).load('x.service'))).toBe(expected);
});

describe('the way from a unit down to one that it waits for', () => {
  const tree: Tree = {
    [`${LIB}/a.service`]: service('After=b.service c.service'),
    [`${LIB}/b.service`]: service('After=c.service'),
    [`${LIB}/c.service`]: service(),
  };
  const way = (members: string[]): string[] | undefined =>
    wayDown(jobsOf(tree), new Set(members.map((name) => `${name}.service`)), 'a.service', 'c.service')?.map(
      ({ says }) => says,
    );

  test('is the shortest', () => {
    expect(way(['a', 'b', 'c'])).toEqual(['After=c.service']);
  });

  test('leads only through units that have a job', () => {
    expect(way(['a', 'b'])).toBeUndefined();
  });
});
