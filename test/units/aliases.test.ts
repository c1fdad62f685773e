import { afterAll, describe, expect, test } from '@jest/globals';
import { type RootPath, rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { identityOf, realName } from '../../src/units/aliases.js';
import { loadPath } from '../../src/units/load-path.js';
import { buildNameMap, fileBehind, type NameMap } from '../../src/units/name-map.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { ETC, service, USR } from './loaded.js';

afterAll(removeTrees);

function open(tree: Tree): { map: NameMap; real: (name: string) => string } {
  const files = openRoot(makeRoot(tree));
  const map = buildNameMap(files, loadPath(files));
  return { map, real: (name) => realName(files, map, name) };
}

function fragment(map: NameMap, name: string): RootPath {
  return fileBehind(map, name) ?? rootPath('/none');
}

describe('a unit is loaded from', () => {
  const { map } = open({
    [`${USR}/a@x.service`]: service(),
    [`${ETC}/a@.service`]: service(),
    [`${USR}/b.service`]: service(),
  });

  test('the file of its name', () => {
    expect(fileBehind(map, 'b.service')).toBe(`/${USR}/b.service`);
  });

  test("an instance's own file, whatever directory its template lies in", () => {
    expect(fileBehind(map, 'a@x.service')).toBe(`/${USR}/a@x.service`);
  });

  test('the template, if an instance has no file of its own', () => {
    expect(fileBehind(map, 'a@y.service')).toBe(`/${ETC}/a@.service`);
  });

  test('nothing, if there is no such file', () => {
    expect(fileBehind(map, 'c.service')).toBeUndefined();
    expect(fileBehind(map, 'b@x.service')).toBeUndefined();
  });
});

describe('the real name is', () => {
  const { map } = open({
    [`${USR}/a.service`]: service(),
    [`${USR}/a@.service`]: service(),
    [`${USR}/a@own.service`]: service(),
  });
  test.each([
    ['a.service', 'a.service', 'a.service'],
    ['al.service', 'a.service', 'a.service'],
    ['a@i.service', 'a@.service', 'a@i.service'],
    ['al@i.service', 'a@.service', 'a@i.service'],
    ['al@own.service', 'a@own.service', 'a@own.service'],
    ['a@.service', 'a@.service', 'a@.service'],
    // a@own.service is another unit, with a file of its own.
    ['al@own.service', 'a@.service', 'al@own.service'],
  ])('for %s from %s: %s', (name, file, real) => {
    expect(identityOf(map, name, rootPath(`/${USR}/${file}`)).id).toBe(real);
  });

  test("a linked unit's own: the name of its target does not matter", () => {
    const { real } = open({
      'opt/other.service': service(),
      [`${ETC}/a.service`]: link('/opt/other.service'),
    });
    expect(real('a.service')).toBe('a.service');
  });

  test('kept if no file is found', () => {
    expect(open({}).real('a.service')).toBe('a.service');
  });
});

describe('the names of a unit are', () => {
  test('its own and those of the aliases that lead to it, through other aliases too', () => {
    const { map } = open({
      [`${USR}/a.service`]: service(),
      [`${ETC}/b.service`]: link('/usr/lib/systemd/system/a.service'),
      [`${ETC}/c.service`]: link('b.service'),
    });
    expect([...identityOf(map, 'a.service', fragment(map, 'a.service')).names].sort()).toEqual([
      'a.service',
      'b.service',
      'c.service',
    ]);
  });

  test("for an instance, those of its template's aliases with the same instance", () => {
    const { map } = open({
      [`${USR}/a@.service`]: service(),
      [`${ETC}/b@.service`]: link(`/${USR}/a@.service`),
    });
    expect([...identityOf(map, 'a@i.service', fragment(map, 'a@i.service')).names].sort()).toEqual([
      'a@i.service',
      'b@i.service',
    ]);
  });

  test('but not an instance that has a file of its own', () => {
    const { map } = open({
      [`${USR}/a@.service`]: service(),
      [`${USR}/b@i.service`]: service(),
      [`${ETC}/b@.service`]: link(`/${USR}/a@.service`),
    });
    expect(identityOf(map, 'a@i.service', fragment(map, 'a@i.service')).names).toEqual(['a@i.service']);
    expect([...identityOf(map, 'a@j.service', fragment(map, 'a@j.service')).names].sort()).toEqual([
      'a@j.service',
      'b@j.service',
    ]);
  });
});
