import { afterAll, expect, jest, test } from '@jest/globals';
import fs from 'node:fs';
import { RootFiles } from '../../src/files/root-files.js';
import { parseTemplate } from '../../src/firewalls/parse-template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { readTemplate } from '../../src/system/package-files.js';
import { removeTrees } from '../helpers/tree.js';
import { makeBigSystem } from './big-system.js';

afterAll(removeTrees);

/** How often a plan for docker reads files, lists directories and looks at paths of a system of such a size. */
function asked(size: Parameters<typeof makeBigSystem>[0]): { reads: number; lists: number; looks: number } {
  const files = new RootFiles(makeBigSystem(size), true);
  const request = { template: parseTemplate(readTemplate('docker')), relation: 'requires' as const };
  const [reads, looks] = [jest.spyOn(fs, 'readSync'), jest.spyOn(fs, 'lstatSync')];
  const lists = [jest.spyOn(fs, 'readdirSync'), jest.spyOn(fs, 'opendirSync')];
  try {
    expect(planPatch(files, request).missing).toHaveLength(2);
    const count = lists.reduce((sum, { mock }) => sum + mock.calls.length, 0);
    return { reads: reads.mock.calls.length, lists: count, looks: looks.mock.calls.length };
  } finally {
    jest.restoreAllMocks();
  }
}

test('of units that one boot does not bring together with docker the names are listed, and nothing else', () => {
  // Of so many files a name is looked up only if it is asked for, see RootFiles.
  const few = asked({ units: 1500, enabled: 100, dropIns: 30, own: 0 });
  const many = asked({ units: 6000, enabled: 100, dropIns: 600, own: 0 });
  expect(few.reads).toBeGreaterThan(100);
  expect(many).toEqual(few);
});

test('every drop-in of docker.service is read once, and costs as much as the one before', () => {
  const [ten, hundred, more] = [10, 110, 210].map((own) =>
    asked({ units: 10, enabled: 10, dropIns: 0, own }),
  );
  if (!ten || !hundred || !more) throw new RangeError();
  expect(hundred.reads - ten.reads).toBe(100);
  expect({ reads: more.reads - hundred.reads, looks: more.looks - hundred.looks, lists: more.lists }).toEqual(
    {
      reads: 100,
      looks: hundred.looks - ten.looks,
      lists: ten.lists,
    },
  );
});
