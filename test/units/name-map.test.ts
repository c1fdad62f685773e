import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { loadPath } from '../../src/units/load-path.js';
import { buildNameMap, fileBehind, type NameMap } from '../../src/units/name-map.js';
import { directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { ETC, service, USR } from './loaded.js';

afterAll(removeTrees);

function mapOf(tree: Tree): NameMap {
  const files = openRoot(makeRoot(tree));
  return buildNameMap(files, loadPath(files));
}

/** The file behind a name in a root that holds `tree`. */
const behind = (tree: Tree, name: string): string | undefined => fileBehind(mapOf(tree), name);

const foo = { [`${USR}/foo.service`]: service() };

describe('a file', () => {
  test('in the stronger directory counts', () => {
    expect(behind({ ...foo, [`${ETC}/foo.service`]: service() }, 'foo.service')).toBe(`/${ETC}/foo.service`);
  });

  test('whose name is not a unit name does not count', () => {
    expect([...mapOf({ [`${USR}/foo.conf`]: '', [`${USR}/a b.service`]: '' }).entries.keys()]).toEqual([]);
  });

  test('is hidden by no directory of the same name', () => {
    expect(behind({ ...foo, [`${ETC}/foo.service`]: directory }, 'foo.service')).toBe(`/${USR}/foo.service`);
  });
});

describe('an alias', () => {
  test('is a link to another name in the load path', () => {
    const map = mapOf({ ...foo, [`${ETC}/al.service`]: link(`/${USR}/foo.service`) });
    expect(fileBehind(map, 'al.service')).toBe(`/${USR}/foo.service`);
    expect(map.aliases.get('foo.service')).toEqual(['al.service']);
  });

  test.each([
    ['relative', '../../../usr/lib/systemd/system/foo.service'],
    ['with ".." in it', `/${USR}/../system/./foo.service`],
    ['through a linked directory', '/lib/systemd/system/foo.service'],
  ])('may be written %s', (_, target) => {
    const tree = { ...foo, lib: link('usr/lib'), [`${ETC}/al.service`]: link(target) };
    expect(behind(tree, 'al.service')).toBe(`/${USR}/foo.service`);
  });

  test('counts by the name of its target: the file of that name in the stronger directory is used', () => {
    const tree = {
      ...foo,
      [`${ETC}/foo.service`]: service(),
      [`${ETC}/al.service`]: link(`/${USR}/foo.service`),
    };
    expect(behind(tree, 'al.service')).toBe(`/${ETC}/foo.service`);
  });

  test('may name a path in the load path where no file stands, if another directory has that name', () => {
    expect(behind({ ...foo, [`${ETC}/al.service`]: link(`/${ETC}/foo.service`) }, 'al.service')).toBe(
      `/${USR}/foo.service`,
    );
  });

  test('of its own name is ignored: the lower file counts', () => {
    const tree = { ...foo, [`${ETC}/foo.service`]: link(`/${USR}/foo.service`) };
    expect(behind(tree, 'foo.service')).toBe(`/${USR}/foo.service`);
  });

  test('that leads nowhere hides the lower file', () => {
    expect(
      behind({ ...foo, [`${ETC}/foo.service`]: link(`/${USR}/gone.service`) }, 'foo.service'),
    ).toBeUndefined();
  });

  test('of another type is rejected: the lower file counts', () => {
    const tree = { ...foo, [`${USR}/foo.socket`]: '', [`${ETC}/foo.service`]: link(`/${USR}/foo.socket`) };
    expect(behind(tree, 'foo.service')).toBe(`/${USR}/foo.service`);
  });

  test.each(['mount', 'slice', 'swap', 'automount', 'scope'])('of a %s is rejected', (type) => {
    const tree = {
      [`${USR}/a.${type}`]: '',
      [`${USR}/b.${type}`]: '',
      [`${ETC}/a.${type}`]: link(`/${USR}/b.${type}`),
    };
    expect(behind(tree, `a.${type}`)).toBe(`/${USR}/a.${type}`);
  });

  test.each([
    ['a@x.service', 'b@x.service', true],
    ['a@x.service', 'b@.service', true],
    ['a@.service', 'b@.service', true],
    ['a@x.service', 'b@y.service', false],
    ['a@.service', 'b@x.service', false],
    ['a@.service', 'b.service', false],
    ['a.service', 'b@.service', false],
    ['a.service', 'b@x.service', false],
  ])('%s may lead to %s: %s', (source, target, valid) => {
    const tree = { [`${USR}/${target}`]: service(), [`${ETC}/${source}`]: link(`/${USR}/${target}`) };
    expect(behind(tree, source)).toBe(valid ? `/${USR}/${target}` : undefined);
  });

  test('of a masked unit is not one of its names', () => {
    const tree = {
      [`${ETC}/foo.service`]: link('/dev/null'),
      [`${ETC}/al.service`]: link(`/${ETC}/foo.service`),
    };
    expect(mapOf(tree).aliases.get('foo.service')).toBeUndefined();
  });

  test('of an instance to a template is an alias of that instance', () => {
    const tree = { [`${USR}/b@.service`]: service(), [`${ETC}/a@x.service`]: link(`/${USR}/b@.service`) };
    expect(mapOf(tree).aliases.get('b@x.service')).toEqual(['a@x.service']);
  });
});

describe('a chain of aliases', () => {
  const chain = (links: number): Tree => ({
    [`${USR}/a0.service`]: service(),
    ...Object.fromEntries(
      Array.from({ length: links }, (_, i) => [`${ETC}/a${i + 1}.service`, link(`/${ETC}/a${i}.service`)]),
    ),
  });

  test('is followed as far as 8 names, the file among them', () => {
    expect(behind(chain(7), 'a7.service')).toBe(`/${USR}/a0.service`);
    expect(behind(chain(8), 'a8.service')).toBeUndefined();
    expect(behind(chain(9), 'a9.service')).toBeUndefined();
  });

  test('that loops leads nowhere', () => {
    const tree = { [`${ETC}/a.service`]: link('b.service'), [`${ETC}/b.service`]: link('a.service') };
    expect(behind(tree, 'a.service')).toBeUndefined();
  });
});

describe('a linked unit', () => {
  const outside = { 'opt/x.service': service() };

  test('is a link that leaves the load path; its file is the link', () => {
    const tree = { ...outside, ...foo, [`${ETC}/foo.service`]: link('/opt/x.service') };
    expect(behind(tree, 'foo.service')).toBe(`/${ETC}/foo.service`);
    expect(mapOf(tree).aliases.size).toBe(0);
  });

  test('is also a link out of the load path that comes back in', () => {
    const tree = {
      ...foo,
      'opt/back.service': link(`/${USR}/foo.service`),
      [`${ETC}/al.service`]: link('/opt/back.service'),
    };
    expect(behind(tree, 'al.service')).toBe(`/${ETC}/al.service`);
  });

  test('whose target is missing hides the lower file all the same', () => {
    const tree = { ...foo, [`${ETC}/foo.service`]: link('/opt/gone.service') };
    expect(behind(tree, 'foo.service')).toBe(`/${ETC}/foo.service`);
  });
});

describe('a directory of drop-ins or dependencies', () => {
  const directories = (tree: Tree): string[] =>
    [...mapOf(tree).directories].flatMap(([place, names]) => Array.from(names, (name) => `${place}/${name}`));

  test.each([
    'foo.service.d',
    'foo.service.wants',
    'foo@.service.requires',
    'a-.service.upholds',
    'service.d',
  ])('may be called %s', (name) => {
    expect(directories({ [`${ETC}/${name}`]: directory })).toEqual([`/${ETC}/${name}`]);
  });

  test.each(['foo.service', 'foo.d', 'conf.d', 'foo.service.before'])('cannot be called %s', (name) => {
    expect(directories({ [`${ETC}/${name}`]: directory })).toEqual([]);
  });

  test('may be an absolute link to a directory', () => {
    const tree = { 'opt/d': directory, [`${ETC}/foo.service.d`]: link('/opt/d') };
    expect(directories(tree)).toEqual([`/${ETC}/foo.service.d`]);
  });

  test('that is a relative link does not count: systemd looks for the target from "/"', () => {
    const tree = { [`${ETC}/there`]: directory, [`${ETC}/foo.service.d`]: link('there') };
    expect(directories(tree)).toEqual([]);
  });

  test('that is a relative link counts if the target also exists seen from "/"', () => {
    const tree = {
      there: directory,
      [`${ETC}/there`]: directory,
      [`${ETC}/foo.service.d`]: link('there'),
    };
    expect(directories(tree)).toEqual([`/${ETC}/foo.service.d`]);
  });

  test.each(['/nowhere', '/opt/file'])('that is a link to %s does not count', (target) => {
    expect(directories({ 'opt/file': '', [`${ETC}/foo.service.d`]: link(target) })).toEqual([]);
  });
});

test('a directory of the load path may be a link itself', () => {
  const tree = {
    'opt/units/foo.service': service(),
    'opt/units/al.service': link('foo.service'),
    [ETC]: link('/opt/units'),
  };
  expect(behind(tree, 'al.service')).toBe(`/${ETC}/foo.service`);
});
