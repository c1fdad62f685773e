import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { enablingLink } from '../../src/units/enabled.js';
import { loadPath } from '../../src/units/load-path.js';
import { buildNameMap } from '../../src/units/name-map.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { ETC, service, USR } from './loaded.js';

afterAll(removeTrees);

/** The link that enables foo.service, or any of `names`. */
function enabling(tree: Tree, names = ['foo.service']): string | undefined {
  const files = openRoot(makeRoot({ [`${USR}/foo.service`]: service(), ...tree }));
  return enablingLink(files, buildNameMap(files, loadPath(files)), names);
}

const wants = 'multi-user.target.wants/foo.service';
const toFoo = link(`/${USR}/foo.service`);

describe('a unit is enabled by', () => {
  test.each(['wants', 'requires', 'upholds'])('a link in a .%s directory', (kind) => {
    const path = `${ETC}/basic.target.${kind}/foo.service`;
    expect(enabling({ [path]: toFoo })).toBe(`/${path}`);
  });

  test('a link by one of its aliases', () => {
    const path = `${ETC}/basic.target.wants/al.service`;
    expect(enabling({ [path]: toFoo }, ['foo.service', 'al.service'])).toBe(`/${path}`);
  });

  test("a link of its name, whatever the link's target", () => {
    expect(enabling({ [`${ETC}/${wants}`]: link('/nowhere') })).toBe(`/${ETC}/${wants}`);
  });

  test('the strongest of several links', () => {
    expect(enabling({ [`${USR}/${wants}`]: toFoo, [`${ETC}/${wants}`]: toFoo })).toBe(`/${ETC}/${wants}`);
  });
});

describe('a unit is not enabled by', () => {
  test.each<[what: string, tree: Tree]>([
    ['nothing', {}],
    ['a link of another name to its file', { [`${ETC}/basic.target.wants/other.service`]: toFoo }],
    ['a file', { [`${ETC}/${wants}`]: 'x' }],
    ['a link in a .d directory', { [`${ETC}/basic.target.d/foo.service`]: toFoo }],
    ['a link in a directory that belongs to no unit', { [`${ETC}/basic.wants/foo.service`]: toFoo }],
    ['a link that is a mask', { [`${ETC}/${wants}`]: link('/dev/null') }],
    ['a link below a mask', { [`${ETC}/${wants}`]: link('/dev/null'), [`${USR}/${wants}`]: toFoo }],
    ['a link below an empty file', { [`${ETC}/${wants}`]: '', [`${USR}/${wants}`]: toFoo }],
    ['a link below a file, which shadows it', { [`${ETC}/${wants}`]: 'x', [`${USR}/${wants}`]: toFoo }],
  ])('%s', (_, tree) => {
    expect(enabling(tree)).toBeUndefined();
  });
});

test('a mask in one target leaves the link in another', () => {
  const tree = { [`${ETC}/${wants}`]: link('/dev/null'), [`${USR}/basic.target.wants/foo.service`]: toFoo };
  expect(enabling(tree)).toBe(`/${USR}/basic.target.wants/foo.service`);
});
