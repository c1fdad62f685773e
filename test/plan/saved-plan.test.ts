import { afterEach, describe, expect, test } from '@jest/globals';
import { UnitPatchError } from '../../src/errors.js';
import { bad, parsePlans } from '../../src/plan/saved-plan.js';
import { planReport } from '../../src/report/plan-json.js';
import { withFirewall } from '../helpers/docker.js';
import { removeTrees } from '../helpers/tree.js';
import { planFor } from './plan-for.js';

afterEach(removeTrees);

type Values = Record<string, unknown>;

/** What --json prints, as it comes back from a file. */
function document(changed: Values = {}): Values {
  const printed = JSON.parse(JSON.stringify(planReport(planFor(withFirewall())))) as Values;
  return { ...printed, ...changed };
}

/** One of the members that hold others, with something in it changed. */
function within(member: string, changed: Values): Values {
  const value = document()[member] as Values | Values[];
  return { [member]: Array.isArray(value) ? [{ ...value[0], ...changed }] : { ...value, ...changed } };
}

/** The error about a text. */
function errorOf(text: string): UnitPatchError {
  try {
    parsePlans(text, 'plan.json');
  } catch (error) {
    if (error instanceof UnitPatchError) return error;
    throw error;
  }
  throw new Error('it was taken for a plan');
}

describe('what --json printed is read again', () => {
  test('with all that counts when it is applied', () => {
    const plan = planFor(withFirewall());
    const report = planReport(plan);
    const { root, asked, changes, inputs } = report;
    const document = JSON.parse(JSON.stringify(report)) as Values;
    expect(parsePlans(JSON.stringify(report), 'plan.json')).toEqual([
      { root, asked, changes, inputs, document },
    ]);
    expect(changes).toHaveLength(1);
    expect(inputs).not.toEqual([]);
  });

  test('of several roots, in their order', () => {
    const text = JSON.stringify([document({ root: '/srv/b' }), document({ root: '/srv/a' })]);
    expect(parsePlans(text, 'plan.json').map(({ root }) => root)).toEqual(['/srv/b', '/srv/a']);
  });

  test('where nothing is followed, and nothing changes', () => {
    const text = JSON.stringify(document({ follow: null, relation: null, changes: [] }));
    expect(parsePlans(text, 'plan.json')).toMatchObject([
      { changes: [], document: { follow: null, relation: null, changes: [] } },
    ]);
  });

  test('a revert has no relation, whatever the document says', () => {
    const text = JSON.stringify(document(within('asked', { command: 'revert', relation: 'binds' })));
    expect(parsePlans(text, 'plan.json')[0]?.asked).toMatchObject({ command: 'revert', relation: null });
  });

  test('no more is read of it than its request, and the lists that are compared', () => {
    const text = JSON.stringify(document({ findings: 'none', note: 'looked at by two of us' }));
    expect(parsePlans(text, 'plan.json')[0]).not.toHaveProperty('note');
    expect(parsePlans(text, 'plan.json')[0]?.document).toMatchObject({ findings: 'none' });
  });
});

describe('a text that is not a plan is an error that says why', () => {
  test.each([
    ['', 'plan.json is empty'],
    [' \n', 'plan.json is empty'],
    ['[]', 'plan.json holds no plan'],
    ['{"schema":', 'plan.json is not JSON, or not all of it'],
    ['null', 'plan.json is not a plan'],
    ['{}', 'plan.json is not a plan'],
    ['"unit-patch/plan@1"', 'plan.json is not a plan'],
    ['[[]]', 'plan.json is not a plan'],
    ['{"schema":"unit-patch/show@1"}', 'plan.json is "unit-patch/show@1", which is not unit-patch/plan@1'],
  ])('%j: %s', (text, message) => {
    const { code, exitStatus, hint, ...error } = errorOf(text);
    expect({ code, exitStatus }).toEqual({ code: 'bad-plan', exitStatus: 2 });
    expect(errorOf(text).message).toBe(message);
    expect(hint).toContain('--json --dry-run > plan.json');
    expect(error).not.toHaveProperty('cause');
  });

  test.each<[member: string, changed: () => Values]>([
    ['root', () => ({ root: 1 })],
    ['asked', () => ({ asked: [] })],
    ['command', () => within('asked', { command: 'apply' })],
    ['name', () => within('asked', { name: undefined })],
    ['follow', () => within('asked', { follow: false })],
    ['relation', () => within('asked', { relation: 'binds' })],
    ['force', () => within('asked', { force: [1] })],
    ['changes', () => ({ changes: {} })],
    ['inputs', () => ({ inputs: null })],
    ['inputs', () => ({ inputs: Array(10_001).fill(null) })],
  ])('the member that is wrong is named: %s', (member, changed) => {
    expect(errorOf(JSON.stringify(document(changed()))).message).toBe(
      `plan.json is not a plan that unit-patch made: ${member} is missing, or not what it should be`,
    );
  });

  test('of several plans, the one that is wrong is named', () => {
    const text = JSON.stringify([document(), document({ root: 1 })]);
    expect(errorOf(text).message).toMatch(/^plan\.json, plan 2 is not a plan that unit-patch made: root /);
  });

  test('more plans than anybody has', () => {
    const text = JSON.stringify(Array(1001).fill(document()));
    expect(errorOf(text).message).toBe('plan.json holds more than 1000 plans');
  });

  test('the sentence is the caller’s own', () => {
    expect(bad('no such file')).toMatchObject({ code: 'bad-plan', message: 'no such file', exitStatus: 2 });
  });
});
