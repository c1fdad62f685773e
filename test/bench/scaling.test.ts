import { afterAll, expect, test } from '@jest/globals';
import type { FileInfo, Files, Followed, Listing, RootPath } from '../../src/files/files.js';
import { RememberedFiles } from '../../src/files/remembered-files.js';
import { RootFiles } from '../../src/files/root-files.js';
import { parseTemplate } from '../../src/firewalls/template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { readTemplate } from '../../src/system/package-files.js';
import { removeTrees } from '../helpers/tree.js';
import { makeBigSystem } from './big-system.js';

afterAll(removeTrees);

/** Counts what is asked of a root. */
class Counted implements Files {
  reads = 0;
  lists = 0;
  looks = 0;

  constructor(private readonly files: Files) {}

  get root(): string {
    return this.files.root;
  }
  lstat(path: RootPath): FileInfo | undefined {
    this.looks++;
    return this.files.lstat(path);
  }
  follow(path: RootPath): Followed {
    this.looks++;
    return this.files.follow(path);
  }
  followParents(path: RootPath): Followed {
    this.looks++;
    return this.files.followParents(path);
  }
  list(path: RootPath): Listing | undefined {
    this.lists++;
    return this.files.list(path);
  }
  readLink(path: RootPath): string {
    this.looks++;
    return this.files.readLink(path);
  }
  read(path: RootPath): Buffer {
    this.reads++;
    return this.files.read(path);
  }
}

/** What a plan for docker asks of a system of such a size. */
function asked(size: Parameters<typeof makeBigSystem>[0]): { reads: number; lists: number; looks: number } {
  const counted = new Counted(new RootFiles(makeBigSystem(size), true));
  const request = { template: parseTemplate(readTemplate('docker')), relation: 'requires' as const };
  expect(planPatch(new RememberedFiles(counted), request).missing).toHaveLength(2);
  const { reads, lists, looks } = counted;
  return { reads, lists, looks };
}

test('of units that one boot does not bring together with docker the names are listed, and nothing else', () => {
  const few = asked({ units: 300, enabled: 100, dropIns: 30, own: 0 });
  const many = asked({ units: 3000, enabled: 100, dropIns: 300, own: 0 });
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
