import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { inDirectory, rootPath } from '../../src/files/files.js';
import { RootFiles } from '../../src/files/root-files.js';
import { loadUnit } from '../../src/units/loader.js';
import { directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { codes, dependencies, ETC, load, service, unitSection, USR } from './loaded.js';

afterAll(removeTrees);

const plain = unitSection('Description=x');

/** The drop-ins of a unit, if each path of `paths` is a file. */
function dropIns(name: string, paths: readonly string[], more: Tree = {}): readonly string[] {
  const tree = Object.fromEntries(paths.map((path) => [path, plain]));
  return load({ [`${USR}/${name}`]: service(), ...tree, ...more }, name).dropIns;
}

const rooted = (paths: readonly string[]): string[] => paths.map((path) => `/${path}`);

describe('drop-ins are applied', () => {
  test('in the order of their file names, whatever directory each lies in', () => {
    const inOrder = [
      `${USR}/foo.service.d/10.conf`,
      `${ETC}/foo.service.d/20.conf`,
      `${USR}/service.d/30.conf`,
      'run/systemd/system/foo.service.d/40.conf',
    ];
    expect(dropIns('foo.service', [...inOrder].reverse())).toEqual(rooted(inOrder));
  });

  test('so that service.d/90.conf comes after foo.service.d/10.conf', () => {
    const inOrder = [`${ETC}/foo.service.d/10.conf`, `${USR}/service.d/90.conf`];
    expect(dropIns('foo.service', inOrder)).toEqual(rooted(inOrder));
  });

  test.each([
    [238, [`${ETC}/a-b.service.d/1.conf`]],
    [239, [`${ETC}/a-b.service.d/1.conf`, `${ETC}/a-.service.d/2.conf`]],
    [244, [`${ETC}/a-b.service.d/1.conf`, `${ETC}/a-.service.d/2.conf`, `${ETC}/service.d/3.conf`]],
  ])('by systemd %d: no directory that it does not know', (systemd, paths) => {
    const names = ['a-b.service.d/1', 'a-.service.d/2', 'service.d/3'];
    const tree = Object.fromEntries(names.map((name) => [`${ETC}/${name}.conf`, plain]));
    const unit = load({ [`${USR}/a-b.service`]: service(), ...tree }, 'a-b.service', { systemd });
    expect(unit.dropIns).toEqual(rooted(paths));
  });

  test('in the order of bytes: 10 before 9, A before _ before a', () => {
    const inOrder = ['10', '9', 'A', '_', 'a'].map((name) => `${ETC}/foo.service.d/${name}.conf`);
    expect(dropIns('foo.service', [...inOrder].reverse())).toEqual(rooted(inOrder));
  });
});

test('a drop-in that is removed between the listing of its directory and its reading is none', () => {
  const root = makeRoot({
    [`${USR}/foo.service`]: service(),
    [`${ETC}/foo.service.d/10.conf`]: unitSection('After=gone.service'),
    [`${ETC}/foo.service.d/20.conf`]: unitSection('After=kept.service'),
  });
  const files = new RootFiles(root, true);
  const directoryOfDropIns = rootPath(`/${ETC}/foo.service.d`);
  files.list(directoryOfDropIns);
  files.lstat(inDirectory(directoryOfDropIns, '10.conf'));
  fs.removeSync(`${root}/${ETC}/foo.service.d/10.conf`);
  const unit = loadUnit(files, 'foo.service');
  expect(unit.dropIns).toEqual([`/${ETC}/foo.service.d/20.conf`]);
  expect(unit.problems).toEqual([]);
  expect(dependencies(unit)).toContain('After=kept.service');
  expect(dependencies(unit)).not.toContain('After=gone.service');
});

describe('of two drop-ins of one file name', () => {
  test.each<[rule: string, unit: string, winner: string, loser: string]>([
    ['the one in /etc wins', 'foo.service', `${ETC}/foo.service.d`, `${USR}/foo.service.d`],
    ['the one in /run beats /usr', 'foo.service', 'run/systemd/system/foo.service.d', `${USR}/foo.service.d`],
    [
      'the load directory counts before the prefix',
      'foo-bar.service',
      `${ETC}/foo-.service.d`,
      `${USR}/foo-bar.service.d`,
    ],
    [
      'the load directory counts before the instance',
      'foo@i.service',
      `${ETC}/foo@.service.d`,
      `${USR}/foo@i.service.d`,
    ],
    [
      'in one load directory the longer name wins',
      'foo-bar.service',
      `${ETC}/foo-bar.service.d`,
      `${ETC}/foo-.service.d`,
    ],
    [
      'in one load directory the instance beats its template',
      'foo@i.service',
      `${ETC}/foo@i.service.d`,
      `${ETC}/foo@.service.d`,
    ],
    ['the type is weakest, even in /etc', 'foo.service', `${USR}/foo.service.d`, `${ETC}/service.d`],
  ])('%s', (_, unit, winner, loser) => {
    const paths = [`${winner}/a.conf`, `${loser}/a.conf`];
    expect(dropIns(unit, paths)).toEqual([`/${winner}/a.conf`]);
    expect(dropIns(unit, [`${loser}/a.conf`])).toEqual([`/${loser}/a.conf`]);
  });

  const alias = { [`${ETC}/al.service`]: link(`/${USR}/foo.service`) };

  test("the unit's own beats an alias's, whatever their directories", () => {
    expect(
      dropIns('foo.service', [`${ETC}/al.service.d/a.conf`, `${USR}/foo.service.d/a.conf`], alias),
    ).toEqual([`/${USR}/foo.service.d/a.conf`]);
  });

  test("an alias's beats the type's, whatever their directories", () => {
    expect(dropIns('foo.service', [`${ETC}/service.d/a.conf`, `${USR}/al.service.d/a.conf`], alias)).toEqual([
      `/${USR}/al.service.d/a.conf`,
    ]);
  });

  test('the one that is not read is named as a problem', () => {
    const unit = load(
      {
        [`${USR}/foo.service`]: service(),
        [`${USR}/foo.service.d/a.conf`]: plain,
        [`${ETC}/foo.service.d/a.conf`]: plain,
      },
      'foo.service',
    );
    expect(unit.problems).toEqual([
      expect.objectContaining({ code: 'replaced-drop-in', file: `/${USR}/foo.service.d/a.conf` }),
    ]);
  });
});

describe('a drop-in', () => {
  test.each(['old.conf', '-.conf', 'a b.conf', 'ü.conf', '10-a.conf.conf'])('may be called %s', (name) => {
    expect(dropIns('foo.service', [`${ETC}/foo.service.d/${name}`])).toEqual([
      `/${ETC}/foo.service.d/${name}`,
    ]);
  });

  test.each(['.hidden.conf', '.conf', 'a.conf~', 'a.conf.bak', 'a.CONF', 'README', 'a.service'])(
    'cannot be called %s',
    (name) => {
      expect(dropIns('foo.service', [`${ETC}/foo.service.d/${name}`])).toEqual([]);
    },
  );

  test.each<[what: string, item: Tree[string]]>([
    ['a link to /dev/null', link('/dev/null')],
    ['an empty file', ''],
    ['a dangling link', link('/nowhere')],
    ['a directory', directory],
  ])('that is %s is listed, and shadows the same name below', (_, item) => {
    const unit = load(
      {
        [`${USR}/foo.service`]: service(),
        [`${ETC}/foo.service.d/a.conf`]: item,
        [`${USR}/foo.service.d/a.conf`]: unitSection('After=below.service'),
      },
      'foo.service',
    );
    expect(unit.dropIns).toEqual([`/${ETC}/foo.service.d/a.conf`]);
    expect(unit.dependencies).toEqual([]);
    expect(unit.loadState).toBe('loaded');
  });

  test('that may be a link to a file elsewhere is listed by its own path, and read', () => {
    const unit = load(
      {
        [`${USR}/foo.service`]: service(),
        [`${ETC}/foo.service.d/a.conf`]: link('/opt/other.txt'),
        'opt/other.txt': unitSection('After=b.service'),
      },
      'foo.service',
    );
    expect(unit.dropIns).toEqual([`/${ETC}/foo.service.d/a.conf`]);
    expect(unit.dependencies.map(({ unit: other }) => other)).toEqual(['b.service']);
  });
});

test('a drop-in directory that is an absolute link is read, and its files are listed where they lie', () => {
  expect(
    dropIns('foo.service', ['opt/conf/a.conf'], { [`${ETC}/foo.service.d`]: link('/opt/conf') }),
  ).toEqual(['/opt/conf/a.conf']);
});

test('two links to one directory are read once', () => {
  const more = { [`${ETC}/foo.service.d`]: link('/opt/conf'), [`${USR}/foo.service.d`]: link('/opt/conf') };
  const unit = load({ [`${USR}/foo.service`]: service(), 'opt/conf/a.conf': plain, ...more }, 'foo.service');
  expect(unit.dropIns).toEqual(['/opt/conf/a.conf']);
  expect(codes(unit)).toEqual([]);
});
