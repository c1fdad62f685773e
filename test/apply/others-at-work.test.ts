import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { applyPlan } from '../../src/apply/apply-plan.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { openRoot } from '../../src/files/open-root.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { planRevert } from '../../src/plan/plan-revert.js';
import { RootSystem } from '../../src/system/root-system.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

function prepare() {
  const root = makeRoot(withFirewall());
  const system = new RootSystem(openRoot(root), undefined);
  return {
    root,
    system,
    plan: planPatch(system.files(), { template: findTemplate('docker'), relation: 'requires' }),
  };
}

describe('another program that changes the files at the same time', () => {
  const theirs = '# not ours\n';

  /** A root in which somebody acts right before a step, or right after it. */
  class Meddled extends RootSystem {
    constructor(
      root: string,
      private readonly before: () => void,
      private readonly after: () => void = () => undefined,
    ) {
      super(openRoot(root), undefined);
    }
    override writeFile(...given: Parameters<RootSystem['writeFile']>): void {
      this.before();
      super.writeFile(...given);
      this.after();
    }
    override removeFile(...given: Parameters<RootSystem['removeFile']>): void {
      this.before();
      super.removeFile(...given);
    }
  }

  test('keeps its file if it has made ours first', () => {
    const { root, plan } = prepare();
    const system = new Meddled(root, () => {
      fs.writeFileSync(root + OURS, theirs);
    });
    const { ok, steps } = applyPlan(system, plan);
    expect(ok).toBe(false);
    expect(steps.find(({ outcome }) => outcome === 'failed')?.reason).toBe(
      `${OURS} was made by another program meanwhile`,
    );
    expect(fs.readFileSync(root + OURS, 'utf8')).toBe(theirs);
    expect(fs.readdirSync(`${root}/etc/systemd/system/docker.service.d`)).toHaveLength(1);
  });

  test.each(['modify', 'delete'])('keeps its change of our file: %s', (action) => {
    const { root, system, plan } = prepare();
    applyPlan(system, plan);
    const files = openRoot(root);
    const change =
      action === 'modify'
        ? planPatch(files, { template: findTemplate('docker'), relation: 'part-of' })
        : planRevert(files, { unit: 'docker.service' });
    expect(change.changes).toMatchObject([{ action }]);
    const meddled = new Meddled(root, () => {
      fs.writeFileSync(root + OURS, theirs);
    });
    expect(applyPlan(meddled, change).ok).toBe(false);
    expect(fs.readFileSync(root + OURS, 'utf8')).toBe(theirs);
  });

  test.each([
    ['changes what the plan was made from', '/usr/lib/systemd/system/docker.service'],
    ['changes the file that was written', OURS],
  ])('is found out at the end, if it %s: what was done is rolled back', (_, place) => {
    const { root, plan } = prepare();
    const system = new Meddled(
      root,
      () => undefined,
      () => {
        fs.appendFileSync(root + place, theirs);
      },
    );
    const { ok, steps } = applyPlan(system, plan);
    expect(ok).toBe(false);
    expect(steps.find(({ outcome }) => outcome === 'failed')).toEqual({
      step: 'check that every file is as planned',
      outcome: 'failed',
      reason: `${place} was changed by another program meanwhile`,
    });
    // A file that is no longer ours is left to it, and named.
    expect(fs.existsSync(root + OURS)).toBe(place === OURS);
  });
});

test('while a directory is made or removed, a note beside it says so; afterwards there is none', () => {
  const { root, plan } = prepare();
  const seen: string[][] = [];
  const noted = (): void => {
    seen.push(fs.readdirSync(`${root}/etc/systemd/system`).filter((name) => name.endsWith('.tmp')));
  };
  class Watched extends RootSystem {
    override makeDirectory(...given: Parameters<RootSystem['makeDirectory']>): void {
      super.makeDirectory(...given);
      noted();
    }
    override removeFile(...given: Parameters<RootSystem['removeFile']>): void {
      super.removeFile(...given);
      noted();
    }
  }
  const before = fingerprint(root);
  const system = new Watched(openRoot(root), undefined);
  expect(applyPlan(system, plan).ok).toBe(true);
  noted();
  expect(applyPlan(system, planRevert(system.files(), { unit: 'docker.service' })).ok).toBe(true);
  expect(seen).toEqual([
    [expect.stringMatching(/^\.docker\.service\.d\.unit-patch-/)],
    [],
    [expect.stringMatching(/^\.docker\.service\.d\.unit-patch-/)],
  ]);
  expect(fingerprint(root)).toBe(before);
});
