import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { needsOf } from '../../src/transactions/needs.js';
import { Transactions } from '../../src/transactions/transactions.js';
import { UnitLoader } from '../../src/units/loader.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterAll(removeTrees);

const ETC = '/etc/systemd/system';
const LIB = '/usr/lib/systemd/system';
const service = (unit = '', more = ''): string => `[Unit]\n${unit}\n[Service]\nExecStart=/bin/x\n${more}`;

/** What a.service needs, with the steps that lead there, besides what every service gets by default. */
function needs(tree: Tree): Record<string, string[]> {
  const transactions = Transactions.of(new UnitLoader(openRoot(makeRoot(tree))));
  const all = needsOf(transactions, 'a.service').map(({ unit, way }): [string, string[]] => [
    unit.id,
    way.map(({ by, from, because }) => `${by} ${from ? `${from.file}:${from.line ?? ''}` : (because ?? '')}`),
  ]);
  return Object.fromEntries(
    all.filter(([name]) => !/^(?:sysinit\.target|system\.slice|-\.slice)$/.test(name)),
  );
}

describe('a start needs', () => {
  test('what it requires and binds to, and what that requires, with the line of each step', () => {
    expect(
      needs({
        [`${LIB}/a.service`]: service('BindsTo=b.service'),
        [`${LIB}/b.service`]: service('# more\nRequires=c.service'),
      }),
    ).toEqual({
      'b.service': [`a.service ${LIB}/a.service:2`],
      'c.service': [`a.service ${LIB}/a.service:2`, `b.service ${LIB}/b.service:3`],
    });
  });

  test('what a link in a .requires directory names', () => {
    expect(
      needs({
        [`${LIB}/a.service`]: service(),
        [`${ETC}/a.service.requires/b.service`]: link('/nowhere/b.service'),
      }),
    ).toEqual({ 'b.service': [`a.service ${ETC}/a.service.requires/b.service:`] });
  });

  test('what Requisite= names, but not what that requires: it is only verified', () => {
    expect(
      needs({
        [`${LIB}/a.service`]: service('Requisite=b.service'),
        [`${LIB}/b.service`]: service('Requires=c.service'),
      }),
    ).toEqual({ 'b.service': [`a.service ${LIB}/a.service:2`] });
  });

  test('all of it where Requires= names the same unit too', () => {
    expect(
      Object.keys(
        needs({
          [`${LIB}/a.service`]: service('Requisite=b.service\nRequires=d.service'),
          [`${LIB}/b.service`]: service('Requires=c.service'),
          [`${LIB}/d.service`]: service('Requires=b.service'),
        }),
      ),
    ).toEqual(['b.service', 'd.service', 'c.service']);
  });

  test('nothing that is only wanted, upheld or ordered', () => {
    expect(
      needs({ [`${LIB}/a.service`]: service('Wants=b.service\nUpholds=c.service\nAfter=d.service') }),
    ).toEqual({});
  });

  test('the slice that it names, masked or not', () => {
    expect(
      needs({ [`${LIB}/a.service`]: service('', 'Slice=x.slice\n'), [`${ETC}/x.slice`]: link('/dev/null') }),
    ).toEqual({ 'x.slice': ['a.service Slice='] });
  });

  test('of the mounts above a path those that exist and are not masked', () => {
    const tree: Tree = { [`${LIB}/a.service`]: service('RequiresMountsFor=/srv/data') };
    const mount = '[Mount]\nWhat=/dev/x\nWhere=/srv\n';
    expect(needs(tree)).toEqual({});
    expect(needs({ ...tree, [`${ETC}/srv.mount`]: link('/dev/null') })).toEqual({});
    expect(Object.keys(needs({ ...tree, [`${ETC}/srv.mount`]: mount }))).toEqual(['srv.mount']);
  });

  test('each unit once, if two require each other', () => {
    expect(
      Object.keys(
        needs({
          [`${LIB}/a.service`]: service('Requires=b.service'),
          [`${LIB}/b.service`]: service('Requires=a.service b.service'),
        }),
      ),
    ).toEqual(['b.service', 'a.service']);
  });
});
