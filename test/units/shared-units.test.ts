import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { STANDARD_TARGETS } from '../../src/transactions/standard-targets.js';
import { Transactions } from '../../src/transactions/transactions.js';
import { UnitLoader } from '../../src/units/loader.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterAll(removeTrees);

const ETC = '/etc/systemd/system';
const docker = { '/usr/lib/systemd/system/docker.service': '[Service]\nExecStart=/bin/true\n' };

const transactionsIn = (tree: Tree): Transactions =>
  Transactions.of(new UnitLoader(openRoot(makeRoot({ ...docker, ...tree }))));

/** Loaded in a root before that has nothing of its own. */
beforeAll(() => {
  const plain = transactionsIn({});
  for (const name of STANDARD_TARGETS.keys()) plain.load(name);
});

test.each<[string, string, Tree]>([
  ['a drop-in', 'sockets.target', { [`${ETC}/sockets.target.d/a.conf`]: '[Unit]\nAfter=x.service\n' }],
  [
    'a drop-in of all of its type',
    'sockets.target',
    { [`${ETC}/target.d/a.conf`]: '[Unit]\nAfter=x.service\n' },
  ],
  [
    'a drop-in by a prefix',
    'time-sync.target',
    { [`${ETC}/time-.target.d/a.conf`]: '[Unit]\nAfter=x.service\n' },
  ],
  ['a link', 'sockets.target', { [`${ETC}/sockets.target.wants/x.service`]: link('/usr/lib/x.service') }],
  ['a file of its own', 'sockets.target', { [`${ETC}/sockets.target`]: '[Unit]\nAfter=x.service\n' }],
])('%s in one root counts there, and nowhere else', (_, name, tree) => {
  const others = (transactions: Transactions): string[] =>
    transactions.load(name).dependencies.map(({ unit }) => unit);
  expect(others(transactionsIn(tree))).toContain('x.service');
  expect(others(transactionsIn({}))).not.toContain('x.service');
});

test('an alias counts in its root, whichever root comes first', () => {
  const aliased = {
    [`${ETC}/y.target`]: '[Unit]\n',
    [`${ETC}/sockets.target`]: link('y.target'),
    [`${ETC}/x.target`]: link('/usr/lib/systemd/system/network.target'),
    '/usr/lib/systemd/system/network.target': '[Unit]\n',
  };
  const wants = (transactions: Transactions): string[] =>
    transactions.load('basic.target').dependencies.map(({ unit }) => unit);
  expect(wants(transactionsIn(aliased))).toContain('y.target');
  expect(transactionsIn(aliased).load('network.target').names).toEqual(['network.target', 'x.target']);
  expect(wants(transactionsIn({}))).toContain('sockets.target');
  expect(transactionsIn({}).load('network.target').names).toEqual(['network.target']);
});
