import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import { LocalDisk } from '../../src/files/disk.js';
import { RootFiles } from '../../src/files/root-files.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import type { Plan } from '../../src/plan/plan.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { apply, planFor } from './plan-for.js';

afterAll(removeTrees);

/** A disk on which something is done before one of the questions to it. */
class ChangingDisk extends LocalDisk {
  asked = 0;

  constructor(
    root: string,
    private readonly at: number,
    private readonly change: () => void,
  ) {
    super(root);
  }

  override lstat(...args: Parameters<LocalDisk['lstat']>): ReturnType<LocalDisk['lstat']> {
    return this.asking(() => super.lstat(...args));
  }

  override list(...args: Parameters<LocalDisk['list']>): ReturnType<LocalDisk['list']> {
    return this.asking(() => super.list(...args));
  }

  override readLink(...args: Parameters<LocalDisk['readLink']>): string {
    return this.asking(() => super.readLink(...args));
  }

  override read(...args: Parameters<LocalDisk['read']>): Buffer {
    return this.asking(() => super.read(...args));
  }

  private asking<Result>(ask: () => Result): Result {
    if (this.asked++ === this.at) this.change();
    return ask();
  }
}

const template = findTemplate('docker');
const PLANS: [what: string, plan: (files: RootFiles) => Plan][] = [
  ['patch', (files) => planPatch(files, { template, relation: 'part-of' })],
  ['revert', (files) => planRevert(files, { unit: 'docker.service' })],
];

/** A root with a drop-in of ours, as another run has written it. */
function patchedRoot(): string {
  const root = makeRoot(withFirewall());
  apply(root, planFor(root));
  return root;
}

const REMOVED = [...Object.keys(withFirewall()), OURS, path.dirname(OURS)];

describe.each(PLANS)('%s: what is removed while it is planned was there, or was not', (_, plan) => {
  test.each(REMOVED)('%s', (removed) => {
    const without = patchedRoot();
    fs.removeSync(path.join(without, removed));
    const legal = [patchedRoot(), without].map((root) => outcome(plan, root));
    for (let at = 0, asked = Infinity; at < asked; at++) {
      const root = patchedRoot();
      const disk = new ChangingDisk(root, at, () => {
        fs.removeSync(path.join(root, removed));
      });
      expect(legal).toContain(outcome(plan, root, disk));
      asked = disk.asked;
    }
  });
});

/** What would be written, or why nothing can be. */
function outcome(plan: (files: RootFiles) => Plan, root: string, disk = new LocalDisk(root)): string {
  try {
    return JSON.stringify(
      plan(new RootFiles(root, true, disk)).changes.map(({ path: name, before, after }) => [
        name,
        before,
        after,
      ]),
    );
  } catch (error) {
    return String(error).replaceAll(root, '');
  }
}
