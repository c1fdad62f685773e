import { expect, test } from '@jest/globals';
import { type Facts, NOTHING_RUNS } from '../../../src/firewalls/facts.js';
import type { Finding } from '../../../src/plan/findings/finding.js';
import { FINDINGS } from '../../../src/plan/findings/index.js';
import { withFirewall } from '../../helpers/docker.js';
import type { Tree } from '../../helpers/tree.js';
import { type Asked, found, planFor } from '../plan-for.js';

/** A root, what is asked of it, and whether the finding has to be there. */
export interface Case extends Asked {
  readonly tree: Tree;
  readonly facts?: Partial<Facts>;
  /** its level; `none` if it must not be there: the near twin */
  readonly level: Finding['level'] | 'none';
  /** what its sentence or its way out has to name */
  readonly says?: string | RegExp;
}

const LEVELS = ['refuse', 'warn', 'info', 'none'];

/** Tests one finding: each name says in which root it fires, or does not. */
export function testFinding(code: string, cases: Readonly<Record<string, Case>>): void {
  test.each(Object.entries(cases))(`${code}: %s`, (_, { tree, facts, level, says, ...asked }) => {
    const plan = planFor(tree, asked, facts ? { facts: { ...NOTHING_RUNS, isLive: true, ...facts } } : {});
    const findings = found(plan, code);
    expect(findings.map((one) => one.level)).toEqual(level === 'none' ? [] : [level]);
    // A check declares the strongest level that it has.
    expect(LEVELS.slice(LEVELS.indexOf(FINDINGS[code]?.level ?? 'none'))).toContain(level);
    if (says !== undefined) expect(`${findings[0]?.text}\n${findings[0]?.hint}`).toMatch(says);
    if (level === 'refuse') expect(plan.changes).toEqual([]);
  });
}

/** docker and an enabled iptables.service, with more or other files. */
export const box = (more: Tree = {}): Tree => ({ ...withFirewall(), ...more });
