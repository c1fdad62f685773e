import { afterAll, describe, expect, test } from '@jest/globals';
import { describeEachSystemd } from '../conformance/each-systemd.js';
import { makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { BOOT } from './boot.js';
import { type Case, harmFor, type Question, type Twin } from './case.js';
import { HarmJudge, planOf } from './harm-judge.js';
import { DOCKER } from './units.js';

/** The versions of systemd that are asked besides the one of this machine. */
export const VERSIONS = [257];

/** Lets the tool plan for every case and its twins, and shows the same roots to each systemd at hand. */
export function judgeCases(cases: readonly Case[]): void {
  afterAll(removeTrees);
  describe.each(cases)('$code: $says', (one) => {
    test('is refused', () => {
      const { findings, changes } = planOf(makeRoot(rootOf(one)), one);
      expect(findings).toContainEqual(expect.objectContaining({ code: one.code, level: 'refuse' }));
      expect(changes).toEqual([]);
    });
    for (const twin of one.twins) expectNoRefusal(`but not where ${twin.says}`, twin);
  });

  describeEachSystemd(
    VERSIONS,
    (base) => HarmJudge.open(base),
    (judge) => {
      describe.each(cases.filter(({ harm }) => harm !== undefined))('$code: $says', (one) => {
        test('systemd shows the harm', async () => {
          const harm = await judge().harm(rootOf(one), one);
          const shown = harmFor(judge().version, one).map((some) => expect.objectContaining(some) as unknown);
          expect(shown).toContainEqual(harm);
        });
        for (const twin of one.twins.filter(({ instead }) => instead === undefined))
          test(`but none if ${twin.says}`, () => expectNoHarm(judge(), twin));
      });
    },
  );
}

/** The same of roots in which nothing is wrong at all. */
export function judgeHarmless(roots: readonly Twin[]): void {
  afterAll(removeTrees);
  describe('nothing is refused if', () => {
    for (const one of roots) expectNoRefusal(one.says, one);
  });
  describeEachSystemd(
    VERSIONS,
    (base) => HarmJudge.open(base),
    (judge) => {
      for (const one of roots) test(`nothing gets worse if ${one.says}`, () => expectNoHarm(judge(), one));
    },
  );
}

/** Debian's boot, docker, and what a case says; what it says of docker or the boot itself comes last, and counts. */
export function rootOf({ root }: Pick<Question, 'root'>): Tree {
  return { ...BOOT, ...DOCKER, ...root };
}

function expectNoRefusal(name: string, twin: Twin): void {
  test(name, () => {
    const { findings } = planOf(makeRoot(rootOf(twin)), twin);
    const refused = findings.filter(({ level }) => level === 'refuse').map(({ code }) => code);
    expect(refused).toEqual(twin.instead === undefined ? [] : [twin.instead]);
  });
}

async function expectNoHarm(judge: HarmJudge, twin: Twin): Promise<void> {
  expect(await judge.harm(rootOf(twin), twin)).toEqual({});
}
