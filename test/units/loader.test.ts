import { afterAll, describe, expect, test } from '@jest/globals';
import { UnitPatchError } from '../../src/errors.js';
import { openRoot } from '../../src/files/open-root.js';
import { loadUnit, UnitLoader } from '../../src/units/loader.js';
import { directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { codes, dependencies, ETC, load, service, unitSection, USR } from './loaded.js';

afterAll(removeTrees);

/** Everything that may be laid over foo.service. */
const over: Tree = {
  [`${ETC}/foo.service.d/a.conf`]: unitSection('After=drop-in.service'),
  [`${ETC}/foo.service.wants/wanted.service`]: link('/nowhere'),
};
const alias: Tree = { [`${ETC}/al.service`]: link(`/${USR}/foo.service`) };

describe('a unit that is loaded', () => {
  test('has its fragment, drop-ins, dependencies and settings', () => {
    const unit = load({ [`${USR}/foo.service`]: service('After=a.service'), ...over }, 'foo.service');
    expect(unit).toMatchObject({
      asked: 'foo.service',
      id: 'foo.service',
      names: ['foo.service'],
      loadState: 'loaded',
      fragment: `/${USR}/foo.service`,
      dropIns: [`/${ETC}/foo.service.d/a.conf`],
      problems: [],
    });
    expect(dependencies(unit)).toEqual(['After=a.service', 'Wants=wanted.service', 'After=drop-in.service']);
    expect(unit.directives.map(({ key, value, file, line }) => [key, value, file, line])).toEqual([
      ['After', 'a.service', `/${USR}/foo.service`, 2],
      ['ExecStart', '/bin/true', `/${USR}/foo.service`, 4],
      ['After', 'drop-in.service', `/${ETC}/foo.service.d/a.conf`, 2],
    ]);
  });

  test('asked for by an alias has its real name first, then its aliases by their bytes', () => {
    const tree = {
      [`${USR}/foo.service`]: service(),
      ...alias,
      [`${ETC}/B.service`]: link('al.service'),
      ...over,
    };
    expect(load(tree, 'al.service')).toMatchObject({
      asked: 'al.service',
      id: 'foo.service',
      names: ['foo.service', 'B.service', 'al.service'],
      dropIns: [`/${ETC}/foo.service.d/a.conf`],
    });
  });

  test('starts each file without a section', () => {
    const tree = { [`${USR}/foo.service`]: service(), [`${ETC}/foo.service.d/a.conf`]: 'User=a\n' };
    const unit = load(tree, 'foo.service');
    expect(unit.directives.some(({ key }) => key === 'User')).toBe(false);
    expect(codes(unit)).toEqual(['no-section']);
  });

  test('loses the rest of a drop-in only, if that is broken', () => {
    const tree = {
      [`${USR}/foo.service`]: service(),
      [`${ETC}/foo.service.d/a.conf`]: `${unitSection('After=a.service')}[Unit] # x\nAfter=b.service\n`,
      [`${ETC}/foo.service.d/b.conf`]: unitSection('After=c.service'),
    };
    const unit = load(tree, 'foo.service');
    expect(unit.loadState).toBe('loaded');
    expect(dependencies(unit)).toEqual(['After=a.service', 'After=c.service']);
    expect(codes(unit)).toEqual(['bad-header']);
  });
});

describe('an instance', () => {
  test('is loaded from its template, with both their drop-ins', () => {
    const unit = load(
      {
        [`${USR}/foo@.service`]: service('After=x-%i.service'),
        [`${ETC}/foo@.service.d/a.conf`]: unitSection('After=y-%i.service'),
        [`${ETC}/foo@i.service.d/b.conf`]: unitSection('After=z-%i.service'),
      },
      'foo@i.service',
    );
    expect(unit).toMatchObject({
      id: 'foo@i.service',
      loadState: 'loaded',
      fragment: `/${USR}/foo@.service`,
    });
    expect(dependencies(unit)).toEqual(['After=x-i.service', 'After=y-i.service', 'After=z-i.service']);
  });

  test('of an alias of its template is the instance of the real one', () => {
    const tree = { [`${USR}/foo@.service`]: service(), [`${ETC}/al@.service`]: link(`/${USR}/foo@.service`) };
    expect(load(tree, 'al@i.service')).toMatchObject({
      id: 'foo@i.service',
      names: ['foo@i.service', 'al@i.service'],
    });
  });
});

describe('a unit that is not found', () => {
  test.each<[what: string, tree: Tree]>([
    ['has no file', {}],
    ['is an alias that leads nowhere', { [`${ETC}/foo.service`]: link(`/${USR}/gone.service`) }],
    ['is a link that leads nowhere', { [`${ETC}/foo.service`]: link('/opt/gone.service') }],
    [
      'has a dangling link above its file',
      { [`${ETC}/foo.service`]: link('/opt/gone'), [`${USR}/foo.service`]: service() },
    ],
  ])('%s; nothing that lies over it is listed', (_, tree) => {
    expect(load({ ...tree, ...over }, 'foo.service')).toMatchObject({
      names: ['foo.service'],
      loadState: 'not-found',
      fragment: null,
      dropIns: [],
      dependencies: [],
      inputs: [],
    });
  });
});

describe('a unit that is masked', () => {
  const masks: [string, Tree][] = [
    ['a link to /dev/null', { [`${ETC}/foo.service`]: link('/dev/null') }],
    ['an empty file', { [`${ETC}/foo.service`]: '' }],
  ];

  test.each(masks)('by %s has that as its fragment, and nothing lies over it', (_, mask) => {
    expect(load({ [`${USR}/foo.service`]: service(), ...mask, ...over }, 'foo.service')).toMatchObject({
      names: ['foo.service'],
      loadState: 'masked',
      fragment: `/${ETC}/foo.service`,
      dropIns: [],
      dependencies: [],
      directives: [],
    });
  });

  test.each(masks)('by %s keeps its drop-ins and links before systemd 255', (_, mask) => {
    const unit = load({ ...mask, ...over }, 'foo.service', { systemd: 252 });
    expect(unit).toMatchObject({ loadState: 'masked', dropIns: [`/${ETC}/foo.service.d/a.conf`] });
    expect(dependencies(unit)).toEqual(['Wants=wanted.service', 'After=drop-in.service']);
  });

  test.each(masks)('by %s has no alias among its names, but the one asked for', (_, mask) => {
    const tree = { ...mask, ...alias, [`${ETC}/other.service`]: link(`/${USR}/foo.service`) };
    expect(load(tree, 'foo.service').names).toEqual(['foo.service']);
    expect(load(tree, 'al.service')).toMatchObject({
      id: 'foo.service',
      names: ['foo.service', 'al.service'],
      loadState: 'masked',
    });
  });
});

describe('a unit in state error', () => {
  test.each([
    ['a bad header', '[Service\n'],
    ['invalid UTF-8', Buffer.from('A=\xff\n', 'latin1')],
  ])('has %s in its fragment: what stood before stays, and nothing lies over it', (_, broken) => {
    const text = Buffer.concat([Buffer.from(unitSection('After=a.service')), Buffer.from(broken)]);
    const unit = load({ [`${USR}/foo.service`]: text, ...over, ...alias }, 'al.service');
    expect(unit).toMatchObject({
      id: 'al.service',
      names: ['al.service'],
      loadState: 'error',
      fragment: `/${USR}/foo.service`,
      dropIns: [],
    });
    expect(dependencies(unit)).toEqual(['After=a.service']);
  });

  test('is a link to a directory', () => {
    const unit = load({ 'opt/d': directory, [`${ETC}/foo.service`]: link('/opt/d') }, 'foo.service');
    expect(unit.loadState).toBe('error');
    expect(codes(unit)).toEqual(['not-a-file']);
  });
});

describe('without any file', () => {
  test.each(['foo.slice', 'dev-sda.device', '-.slice', '-.mount'])(
    '%s is loaded, with its drop-ins',
    (name) => {
      const dropIn = `${ETC}/${name}.d/a.conf`;
      const unit = load({ [dropIn]: unitSection('After=a.service') }, name);
      expect(unit).toMatchObject({ loadState: 'loaded', fragment: null, dropIns: [`/${dropIn}`] });
      expect(dependencies(unit)).toEqual(['After=a.service']);
    },
  );

  test.each(['foo.service', 'foo.mount', 'foo.target', 'foo.socket'])('%s is not found', (name) => {
    expect(load({}, name).loadState).toBe('not-found');
  });
});

test('a scope never loads from a file', () => {
  expect(load({ [`${ETC}/foo.scope`]: unitSection('After=a.service') }, 'foo.scope')).toMatchObject({
    loadState: 'not-found',
    fragment: null,
  });
});

test.each(['foo', '', 'a b.service', '../foo.service', 'foo.conf'])(
  '%j is refused: it is not a unit name',
  (name) => {
    expect(() => load({}, name)).toThrow(UnitPatchError);
    expect(() => load({}, name)).toThrow(expect.objectContaining({ code: 'bad-unit-name', exitStatus: 2 }));
  },
);

test('a load path of its own may be given', () => {
  const files = openRoot(makeRoot({ 'opt/units/foo.service': service(), [`${USR}/foo.service`]: service() }));
  expect(loadUnit(files, 'foo.service', { unitPath: '/opt/units:' }).fragment).toBe('/opt/units/foo.service');
  expect(new UnitLoader(files).load('foo.service').fragment).toBe(`/${USR}/foo.service`);
});
