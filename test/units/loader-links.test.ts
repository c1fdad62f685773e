import { afterAll, describe, expect, test } from '@jest/globals';
import { directory, link, removeTrees, type Tree } from '../helpers/tree.js';
import { codes, declared, ETC, load, service, USR } from './loaded.js';

afterAll(removeTrees);

const wants = `${ETC}/foo.service.wants`;
const nowhere = link('/nowhere');

/** What foo.service depends on by its links alone. */
const linked = (tree: Tree): string[] => declared('foo.service', [], tree);

describe('a link', () => {
  test.each([
    ['wants', 'Wants'],
    ['requires', 'Requires'],
    ['upholds', 'Upholds'],
  ])('in NAME.%s is %s=', (directoryKind, type) => {
    expect(linked({ [`${ETC}/foo.service.${directoryKind}/a.service`]: nowhere })).toEqual([
      `${type}=a.service`,
    ]);
  });

  test('has no line, only a file', () => {
    const unit = load({ [`${USR}/foo.service`]: service(), [`${wants}/a.service`]: nowhere }, 'foo.service');
    expect(unit.dependencies).toEqual([
      { type: 'Wants', unit: 'a.service', from: [{ file: `/${wants}/a.service`, line: null }] },
    ]);
  });

  test('counts by its own name, not its target’s', () => {
    const others = { [`${USR}/b.service`]: service(), [`${wants}/a.service`]: link(`/${USR}/b.service`) };
    expect(linked(others)).toEqual(['Wants=a.service']);
  });

  test('by an alias means the real unit', () => {
    const others = {
      [`${USR}/real.service`]: service(),
      [`${ETC}/al.service`]: link(`/${USR}/real.service`),
      [`${wants}/al.service`]: nowhere,
    };
    expect(linked(others)).toEqual(['Wants=real.service']);
  });

  test('in a loop of links counts too', () => {
    expect(linked({ [`${wants}/a.service`]: link('a.service') })).toEqual(['Wants=a.service']);
  });

  test('in a directory that is a link counts, and has the path where it lies', () => {
    const unit = load(
      { [`${USR}/foo.service`]: service(), 'opt/w/a.service': nowhere, [wants]: link('/opt/w') },
      'foo.service',
    );
    expect(unit.dependencies[0]?.from).toEqual([{ file: '/opt/w/a.service', line: null }]);
  });
});

test('.upholds directories exist from systemd 254 on', () => {
  const tree = { [`${USR}/foo.service`]: service(), [`${ETC}/foo.service.upholds/a.service`]: nowhere };
  expect(load(tree, 'foo.service', { systemd: 253 }).dependencies).toEqual([]);
  expect(load(tree, 'foo.service', { systemd: 254 }).dependencies).toHaveLength(1);
});

test.each(['foo-.service.wants', 'service.wants'])('%s/ counts for foo-bar.service', (name) => {
  expect(declared('foo-bar.service', [], { [`${USR}/${name}/a.service`]: nowhere })).toEqual([
    'Wants=a.service',
  ]);
});

test("an instance has its template's links too", () => {
  const tree = { [`${USR}/foo@.service`]: service(), [`${ETC}/foo@.service.wants/a@.service`]: nowhere };
  const unit = load(tree, 'foo@i.service');
  expect(unit.dependencies.map(({ unit: other }) => other)).toEqual(['a@i.service']);
});

describe('one edge is masked by', () => {
  const below = { [`${USR}/foo.service.wants/a.service`]: nowhere, [`${wants}/b.service`]: nowhere };

  test.each<[what: string, tree: Tree]>([
    ['a link to /dev/null', { [`${wants}/a.service`]: link('/dev/null') }],
    ['an empty file', { [`${wants}/a.service`]: '' }],
    [
      'a link to a unit that is masked itself',
      { [`${ETC}/a.service`]: link('/dev/null'), [`${wants}/a.service`]: link(`/${ETC}/a.service`) },
    ],
    ['a link to an empty file', { 'opt/empty': '', [`${wants}/a.service`]: link('/opt/empty') }],
  ])('%s, and the others stay', (_, mask) => {
    expect(linked({ ...below, ...mask })).toEqual(['Wants=b.service']);
  });

  test('a mask in a weaker directory not at all', () => {
    const tree = {
      [`${USR}/foo.service.wants/a.service`]: link('/dev/null'),
      [`${wants}/a.service`]: nowhere,
    };
    expect(linked(tree)).toEqual(['Wants=a.service']);
  });
});

describe('an entry that is not a link is ignored, with a problem, and shadows the same name below:', () => {
  test.each<[what: string, item: Tree[string]]>([
    ['a file', service()],
    ['a directory', directory],
  ])('%s', (_, item) => {
    const unit = load(
      {
        [`${USR}/foo.service`]: service(),
        [`${wants}/a.service`]: item,
        [`${USR}/foo.service.wants/a.service`]: nowhere,
      },
      'foo.service',
    );
    expect(unit.dependencies).toEqual([]);
    expect(codes(unit)).toEqual(['not-a-link']);
  });
});

test.each(['README', 'a.conf', 'a%i.service'])(
  'a link called %s is not a unit: ignored, with a problem',
  (name) => {
    const unit = load({ [`${USR}/foo.service`]: service(), [`${wants}/${name}`]: nowhere }, 'foo.service');
    expect(unit.dependencies).toEqual([]);
    expect(codes(unit)).toEqual(['bad-unit-name']);
  },
);

test('a hidden link is ignored silently', () => {
  const unit = load({ [`${USR}/foo.service`]: service(), [`${wants}/.a.service`]: nowhere }, 'foo.service');
  expect(unit.dependencies).toEqual([]);
  expect(codes(unit)).toEqual([]);
});
