import { afterEach, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import path from 'node:path';
import { openRoot } from '../../src/files/open-root.js';
import { type Plan, sha256 } from '../../src/plan/plan.js';
import { parsePlans, type SavedPlan } from '../../src/plan/saved-plan.js';
import { differences, isApplied, movedInputs, type NewPlan, sumsIn } from '../../src/plan/stale-plan.js';
import { planReport } from '../../src/report/plan-json.js';
import { withFirewall } from '../helpers/docker.js';
import { addTo, directory, link, makeRoot, removeTrees } from '../helpers/tree.js';
import { apply, ETC, LIB, planFor } from './plan-for.js';

afterEach(removeTrees);

const DROP_IN = `${ETC}/docker.service.d/50-follow-firewall.conf`;

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

  test('it was, where nothing is left to do and its file is as it was to be', () => {
    const { was, now } = before(apply);
    expect(now.changed).toBe(false);
    expect(isApplied(was, now)).toBe(true);
  });

  test('it was not, where another file says the same', () => {
    const { was, now } = before((root, plan) => {
      addTo(root, { [`${ETC}/docker.service.d/10-mine.conf`]: plan.changes[0]?.after ?? '' });
    });
    expect(now.changed).toBe(false);
    expect(isApplied(was, now)).toBe(false);
  });

  test('it was not, where the plan is refused now', () => {
    const { was, now } = before(apply);
    expect(isApplied(was, refused(now))).toBe(false);
  });

  test('a file that was to go must be gone', () => {
    const { was, now } = before(apply);
    const taken = { ...was, changes: was.changes.map((change) => ({ ...(change as object), after: null })) };
    expect(isApplied(taken, now)).toBe(false);
    expect(isApplied(taken, { ...now, inputs: [] })).toBe(true);
  });
});

describe('differences(): what has moved since a plan was saved', () => {
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

  test.each<[sentence: string, change: (plan: SavedPlan) => Partial<SavedPlan>]>([
    ['the unit is docker.service now, and x.service in the plan', () => ({ unit: 'x.service' })],
    ['the followed unit is iptables.service now, and none in the plan', () => ({ follow: null })],
    ['the relation is requires now, and part-of in the plan', () => ({ relation: 'part-of' })],
    ['the plan changes one file twice', ({ changes }) => ({ changes: [...changes, ...changes] })],
    [`${DROP_IN} is to change now, which the plan does not say`, () => ({ changes: [] })],
  ])('files are the same, but the plan was changed by hand: %s', (sentence, change) => {
    const { was, now } = before();
    expect(differences({ ...was, ...change(was) }, now)).toEqual([sentence]);
  });

  test('a file for which there is no reason', () => {
    const { was, now } = before();
    const more = was.changes.map((change) => ({ ...(change as object), path: '/etc/shadow' }));
    expect(differences({ ...was, changes: [...was.changes, ...more] }, now)).toEqual([
      'the plan would create /etc/shadow, for which there is no reason now',
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
    expect(differences({ ...was, changes }, now)).toEqual([
      `what the plan says of ${DROP_IN} is not what is to be done there now`,
    ]);
  });

  test('where it is refused now the refusal says more, but files that moved are named', () => {
    const { was, now } = before();
    expect(differences({ ...was, relation: 'part-of' }, refused(now))).toEqual([]);
    expect(differences({ ...was, inputs: [] }, refused(now))).not.toEqual([]);
  });
});

describe('movedInputs(): the files that are not what they were', () => {
  test.each<[before: string | null, now: string | null, sentence: string[]]>([
    ['1', '1', []],
    [null, null, []],
    ['1', '2', ['/a changed since the plan was made']],
    [null, '1', ['/a is new since the plan was made']],
    ['1', null, ['/a is gone, or does not count any more, since the plan was made']],
  ])('%j, and %j now', (was, now, sentence) => {
    expect(movedInputs([{ path: '/a', sha256: was }], new Map([['/a', now]]))).toEqual(sentence);
  });

  test('a file that was no input before, and one that is none now', () => {
    expect(movedInputs([{ path: '/b', sha256: '1' }], new Map([['/a', '1']]))).toEqual([
      '/a is new since the plan was made',
      '/b is gone, or does not count any more, since the plan was made',
    ]);
  });
});

/** Inputs of these names. */
const named = (paths: readonly string[]): object[] => paths.map((path) => ({ path, sha256: null }));

describe('sumsIn(): the checksums of files of a root', () => {
  test('of a file, of one behind a link, and none where nothing is', () => {
    const root = makeRoot({ '/a': 'x', '/b': link('/a'), '/c': link('/nowhere') });
    const sum = sha256(Buffer.from('x'));
    expect(sumsIn(openRoot(root), named(['/a', '/b', '/c', '/d']))).toEqual(
      new Map<string, string | null>([
        ['/a', sum],
        ['/b', sum],
        ['/c', null],
        ['/d', null],
      ]),
    );
  });

  test('what cannot be read is neither as it was nor gone', () => {
    expect(sumsIn(openRoot(makeRoot({ '/d': directory })), named(['/d']))).toEqual(
      new Map([['/d', 'unreadable']]),
    );
  });

  test('what is no plain path inside the root does not count', () => {
    const names = ['etc/passwd', '', '/a/../b', '/./a', '//a', '/a/', '/..'];
    expect(sumsIn(openRoot(makeRoot({ '/a': 'x' })), named(names))).toEqual(new Map());
  });

  test('no more is read than a plan can need, however large the files are that a document names', () => {
    const names = Array.from({ length: 100 }, (_, at) => `/f${at}`);
    const root = makeRoot(Object.fromEntries(names.map((name) => [name, Buffer.alloc(1 << 20)])));
    expect(sumsIn(openRoot(root), named(names)).size).toBe(16);
  });

  test('what is no input at all does not count', () => {
    expect(sumsIn(openRoot(makeRoot()), [null, 1, {}, { path: '/a' }, [] as unknown])).toEqual(new Map());
  });
});
