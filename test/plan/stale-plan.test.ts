import { afterEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import type { Plan } from '../../src/plan/plan.js';
import { parsePlans, type SavedPlan } from '../../src/plan/saved-plan.js';
import { differences, isApplied, type NewPlan } from '../../src/plan/stale-plan.js';
import { planReport } from '../../src/report/plan-json.js';
import { withFirewall } from '../helpers/docker.js';
import { addTo, makeRoot, removeTrees } from '../helpers/tree.js';
import { apply, ETC, LIB, planFor } from './plan-for.js';

afterEach(removeTrees);

const DROP_IN = `${ETC}/docker.service.d/50-follow-firewall.conf`;

type Values = Readonly<Record<string, unknown>>;

/** A saved plan with other members. */
function withMembers(plan: SavedPlan, members: Values): SavedPlan {
  const [changed] = parsePlans(JSON.stringify({ ...plan.document, ...members }), 'plan.json');
  if (!changed) throw new Error('no plan was saved');
  return changed;
}

const list = (value: unknown): unknown[] => value as unknown[];

/** A plan as it was saved. */
function saved(plan: Plan): SavedPlan {
  const [one] = parsePlans(JSON.stringify(planReport(plan)), 'plan.json');
  if (!one) throw new Error('no plan was saved');
  return one;
}

/** A root, the plan that was saved for it, and the plan that is made after something happened to it. */
function before(happens: (root: string, plan: Plan) => void = () => undefined): {
  was: SavedPlan;
  now: NewPlan;
} {
  const root = makeRoot(withFirewall());
  const plan = planFor(root);
  happens(root, plan);
  return { was: saved(plan), now: planReport(planFor(root)) };
}

const refusing = { level: 'refuse', code: 'ordering-cycle', text: '', hint: undefined };
const refused = (now: NewPlan): NewPlan => ({ ...now, findings: [refusing as never] });

describe('isApplied(): whether a saved plan was applied already', () => {
  test('not before', () => {
    const { was, now } = before();
    expect(isApplied(was, now)).toBe(false);
  });

  test('it was, if nothing is left to do and its file is as it was to be', () => {
    const { was, now } = before(apply);
    expect(now.changed).toBe(false);
    expect(isApplied(was, now)).toBe(true);
  });

  test('it was not, if another file says the same', () => {
    const { was, now } = before((root, plan) => {
      addTo(root, { [`${ETC}/docker.service.d/10-mine.conf`]: plan.changes[0]?.after ?? '' });
    });
    expect(now.changed).toBe(false);
    expect(isApplied(was, now)).toBe(false);
  });

  test('it was not, if the plan is refused now', () => {
    const { was, now } = before(apply);
    expect(isApplied(was, refused(now))).toBe(false);
  });

  test('a file that the plan removes must be gone', () => {
    const { was, now } = before(apply);
    const taken = { ...was, changes: was.changes.map((change) => ({ ...(change as object), after: null })) };
    expect(isApplied(taken, now)).toBe(false);
    expect(isApplied(taken, { ...now, inputs: [] })).toBe(true);
  });
});

describe('differences(): what has changed since a plan was saved', () => {
  test('nothing', () => {
    const { was, now } = before();
    expect(differences(was, now)).toEqual([]);
  });

  test('a file that changed, one that is new and one that is gone, in the order of their paths', () => {
    const root = makeRoot(
      withFirewall('iptables.service', { [`${LIB}/docker.service.d/a.conf`]: '[Unit]\n' }),
    );
    const was = saved(planFor(root));
    fs.removeSync(path.join(root, LIB, 'docker.service.d/a.conf'));
    addTo(root, { [`${LIB}/docker.service.d/b.conf`]: '[Unit]\n' });
    addTo(root, { [`${LIB}/iptables.service`]: '[Service]\nType=oneshot\nExecStart=/bin/true\n' });
    expect(differences(was, planReport(planFor(root)))).toEqual([
      `${LIB}/docker.service.d/a.conf is gone, or does not count any more, since the plan was made`,
      `${LIB}/docker.service.d/b.conf is new since the plan was made`,
      `${LIB}/iptables.service changed since the plan was made`,
    ]);
  });

  const documents: [sentence: string, change: (plan: Values) => Values][] = [
    ['unit is docker.service in a new plan, and x.service in the saved one', () => ({ unit: 'x.service' })],
    ['follow is different in a new plan', () => ({ follow: null })],
    ['relation is requires in a new plan, and part-of in the saved one', () => ({ relation: 'part-of' })],
    [
      'asked.name is docker in a new plan, and docker.service in the saved one',
      ({ asked }) => ({ asked: { ...(asked as object), name: 'docker.service' } }),
    ],
    [
      'follow.reason is not in a new plan',
      ({ follow }) => ({ follow: { ...(follow as object), reason: '' } }),
    ],
    [
      'changes is different in a new plan',
      ({ changes }) => ({ changes: [...list(changes), ...list(changes)] }),
    ],
    [`the change of ${DROP_IN} is only in a new plan`, () => ({ changes: [] })],
    [
      'the finding x is not in a new plan',
      ({ findings }) => ({ findings: [...list(findings), { code: 'x' }] }),
    ],
    ['findings is different in a new plan', () => ({ findings: 'none' })],
    ['coverage is different in a new plan', () => ({ coverage: [] })],
    ['note is not in a new plan', () => ({ note: 'looked at by two of us' })],
  ];
  test.each(documents)('files are the same, but the plan was changed by hand: %s', (sentence, change) => {
    const { was, now } = before();
    expect(differences(withMembers(was, change(was.document)), now)).toEqual([sentence]);
  });

  test('a file for which there is no reason', () => {
    const { was, now } = before();
    const more = was.changes.map((change) => ({ ...(change as object), path: '/etc/shadow' }));
    expect(differences(withMembers(was, { changes: [...was.changes, ...more] }), now)).toEqual([
      'the change of /etc/shadow is not in a new plan',
    ]);
  });

  test.each([
    [{ action: 'modify' as const }],
    [{ before: '' }],
    [{ after: '[Unit]\nRequires=evil.service\n' }],
    [{ patch: 'what somebody was shown' }],
    [{ directories: [] }],
    [{ before: undefined }],
    [{ more: 1 }],
  ])('a change of which one member is another: %j', (other) => {
    const { was, now } = before();
    const changes = was.changes.map((change) => ({ ...(change as object), ...other }));
    expect(differences(withMembers(was, { changes }), now)).toEqual([
      `the change of ${DROP_IN} is different in a new plan`,
    ]);
  });

  test('the root, what was applied, the rules of that moment and hints do not count', () => {
    const { was, now } = before();
    const findings = list(was.document.findings).map((one) => ({ ...(one as object), hint: '--root=/a' }));
    const others = { root: '/a', applied: [], rulesNow: {}, findings };
    expect(findings).not.toEqual([]);
    expect(differences(withMembers(was, others), now)).toEqual([]);
  });

  test('where it is refused now the refusal says more, but files that moved are named', () => {
    const { was, now } = before();
    expect(differences(withMembers(was, { relation: 'part-of' }), refused(now))).toEqual([]);
    expect(differences({ ...was, inputs: [] }, refused(now))).not.toEqual([]);
  });
});
