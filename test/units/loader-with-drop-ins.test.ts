import { afterAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { OverlayFiles } from '../../src/files/overlay-files.js';
import { UnitLoader } from '../../src/units/loader.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';

afterAll(removeTrees);

const LIB = '/usr/lib/systemd/system';
const ETC = '/etc/systemd/system';

/** A root in which one file may be laid over several units: by prefixes, types, aliases, links. */
const TREE: Tree = {
  [`${LIB}/a.service`]: '[Unit]\nAfter=b.service\n[Service]\nExecStart=/bin/a\n',
  [`${LIB}/a-b.service`]: '[Service]\nExecStart=/bin/ab\n',
  [`${LIB}/a-b-c.service`]: '[Service]\nExecStart=/bin/abc\n',
  [`${LIB}/t@.service`]: '[Service]\nExecStart=/bin/t %i\n',
  [`${LIB}/b.service`]: '[Service]\nExecStart=/bin/b\n',
  [`${LIB}/gone.socket`]: link('/dev/null'),
  [`${ETC}/alias.service`]: link(`${LIB}/a.service`),
  [`${ETC}/b.service.d/shared.conf`]: link('../a.service.d/10.conf'),
  [`${ETC}/a.service.d/20.conf`]: '[Unit]\nWants=b.service\n',
};
const UNITS = ['a', 'alias', 'a-b', 'a-b-c', 't@1', 't@2', 'b', 'none'].map((name) => `${name}.service`);

const directory = fc.constantFrom(
  ...['a.service.d', 'alias.service.d', 'a-.service.d', 'a-b-.service.d', 'service.d', 't@.service.d'],
  ...['t@1.service.d', 'b.service.d', 'none.service.d', 'elsewhere.d', 'a.service.wants'],
);
const change = fc.record({
  path: fc
    .tuple(
      fc.constantFrom(ETC, LIB, '/run/systemd/system', '/srv'),
      directory,
      fc.constantFrom('10.conf', '20.conf'),
    )
    .map((parts) => rootPath(parts.join('/'))),
  after: fc.constantFrom(null, '', '[Unit]\nAfter=c.service\n', '[Service]\nExecStart=\nExecStart=/bin/z\n'),
});

test('what is not loaded again is as a fresh loader loads it', () => {
  const files = openRoot(makeRoot(TREE));
  fc.assert(
    fc.property(fc.uniqueArray(change, { selector: ({ path }) => path, maxLength: 3 }), (changes) => {
      const planned = new OverlayFiles(files, changes);
      const before = new UnitLoader(files);
      for (const unit of UNITS) before.load(unit);
      const after = before.withDropIns(
        planned,
        changes.map(({ path }) => path),
      );
      const fresh = new UnitLoader(planned);
      for (const unit of UNITS) {
        const [one, other] = [after.load(unit), fresh.load(unit)];
        // Jest takes most of the time to compare them, and is asked only for its words.
        if (!isDeepStrictEqual(one, other)) expect(one).toEqual(other);
      }
    }),
    { numRuns: 500 },
  );
});

test('a unit that is not touched is not loaded again', () => {
  const files = openRoot(makeRoot(TREE));
  const before = new UnitLoader(files);
  const changes = [{ path: rootPath(`${ETC}/a.service.d/50.conf`), after: '[Unit]\nAfter=c.service\n' }];
  const after = before.withDropIns(new OverlayFiles(files, changes), [
    rootPath(`${ETC}/a.service.d/50.conf`),
  ]);
  expect(after.load('a-b.service')).toBe(before.load('a-b.service'));
  expect(after.load('a.service')).not.toBe(before.load('a.service'));
});
