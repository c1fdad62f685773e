import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { loadUnit } from '../../src/units/loader.js';
import type { Unit } from '../../src/units/unit.js';
import { directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { codes, dependencies, ETC, service, unitSection, USR } from './loaded.js';
import { WatchedFiles } from './watched-files.js';

afterAll(removeTrees);

const tree: Tree = {
  [`${USR}/foo.service`]: service('After=other.service', 'Requires=al.service'),
  [`${USR}/foo.service.d/a.conf`]: unitSection('After=lower.service'),
  [`${ETC}/foo.service.d/a.conf`]: unitSection('After=a.service'),
  [`${ETC}/foo.service.d/b.conf`]: '',
  [`${ETC}/foo.service.d/c.conf`]: link('/dev/null'),
  [`${ETC}/foo.service.d/d.conf`]: link('/nowhere'),
  [`${ETC}/foo.service.wants/wanted.service`]: link(`/${USR}/wanted.service`),
  [`${USR}/other.service`]: service(),
  [`${USR}/wanted.service`]: service(),
  [`${USR}/unrelated.service`]: '[broken\n',
};

function loadRefusing(...refused: string[]): { unit: Unit; files: WatchedFiles } {
  const files = new WatchedFiles(openRoot(makeRoot(tree)), refused);
  return { unit: loadUnit(files, 'foo.service'), files };
}

describe('to load a unit', () => {
  const { unit, files } = loadRefusing();

  test('only its fragment and the drop-ins in force are opened, once each', () => {
    expect(files.opened).toEqual([`/${USR}/foo.service`, `/${ETC}/foo.service.d/a.conf`]);
  });

  test('its inputs are what was opened, with their bytes', () => {
    expect(unit.inputs.map(({ path, bytes }) => [path, bytes.toString()])).toEqual([
      [`/${USR}/foo.service`, tree[`${USR}/foo.service`]],
      [`/${ETC}/foo.service.d/a.conf`, tree[`${ETC}/foo.service.d/a.conf`]],
    ]);
  });

  test('nothing is opened for a mask', () => {
    const masked = new WatchedFiles(openRoot(makeRoot({ [`${ETC}/foo.service`]: link('/dev/null') })));
    expect(loadUnit(masked, 'foo.service').inputs).toEqual([]);
    expect(masked.opened).toEqual([]);
  });
});

describe('a file that may not be read is a problem:', () => {
  test('the fragment; the unit is not found then, as systemd has it', () => {
    const { unit } = loadRefusing(`/${USR}/foo.service`);
    expect(unit).toMatchObject({ loadState: 'not-found', fragment: null, dropIns: [] });
    expect(unit.problems).toEqual([
      expect.objectContaining({
        code: 'unreadable',
        file: `/${USR}/foo.service`,
        text: 'cannot be read (EACCES)',
      }),
    ]);
  });

  test('the fragment, if it is larger than any unit file: what the unit would be is not known', () => {
    const text = `${service()}#${'x'.repeat(2 * 1024 * 1024)}\n`;
    const unit = loadUnit(openRoot(makeRoot({ [`${USR}/foo.service`]: text })), 'foo.service');
    expect(unit).toMatchObject({ loadState: 'error', fragment: `/${USR}/foo.service`, dropIns: [] });
    expect(unit.problems).toEqual([
      expect.objectContaining({
        code: 'too-large',
        file: `/${USR}/foo.service`,
        text: expect.stringContaining(`holds ${text.length} bytes`),
      }),
    ]);
  });

  test('a drop-in; it is listed, and the others are read', () => {
    const { unit } = loadRefusing(`/${ETC}/foo.service.d/a.conf`);
    expect(unit.loadState).toBe('loaded');
    expect(unit.dropIns).toContain(`/${ETC}/foo.service.d/a.conf`);
    expect(dependencies(unit)).not.toContain('After=a.service');
    expect(codes(unit)).toContain('unreadable');
  });

  test('a drop-in directory', () => {
    const { unit } = loadRefusing(`/${ETC}/foo.service.d`);
    expect(unit.dropIns).toEqual([`/${USR}/foo.service.d/a.conf`]);
    expect(unit.problems).toContainEqual(
      expect.objectContaining({ code: 'unreadable', file: `/${ETC}/foo.service.d` }),
    );
  });

  test('a directory of the load path', () => {
    const { unit } = loadRefusing(`/${ETC}`);
    expect(unit.loadState).toBe('loaded');
    expect(unit.problems).toContainEqual(expect.objectContaining({ code: 'unreadable', file: `/${ETC}` }));
  });
});

test('a drop-in that is a directory is a problem, and stops nothing', () => {
  const root = makeRoot({ ...tree, [`${ETC}/foo.service.d/x.conf`]: directory });
  const unit = loadUnit(openRoot(root), 'foo.service');
  expect(unit.loadState).toBe('loaded');
  expect(codes(unit)).toContain('not-a-file');
});

test('an error that does not come from the system is not swallowed', () => {
  const files = new WatchedFiles(openRoot(makeRoot(tree)));
  files.list = () => {
    throw new TypeError('a mistake in this program');
  };
  expect(() => loadUnit(files, 'foo.service')).toThrow('a mistake in this program');
});
