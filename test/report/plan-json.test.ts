import { expect, test } from '@jest/globals';
import { patchOf } from '../../src/report/patch.js';
import { planReport } from '../../src/report/plan-json.js';
import { change, finding, makePlan } from './plans.js';

const plan = makePlan({ findings: [finding('info')] });

test('the plan has its contract: these keys, and "unit-patch/plan@1"', () => {
  expect(planReport(plan)).toMatchObject({ schema: 'unit-patch/plan@1', root: '/', unit: 'docker.service' });
  expect(Object.keys(planReport(plan)).sort()).toEqual(
    'asked changed changes coverage findings follow inForce inputs missing parts relation removed root schema ties unit'.split(
      ' ',
    ),
  );
});

test('each change has its path, action, both texts and its patch', () => {
  const one = change('a\n', 'b\n', '/etc/a');
  expect(planReport(makePlan({ changes: [one] })).changes).toEqual([
    { path: '/etc/a', action: 'modify', before: 'a\n', after: 'b\n', directories: [], patch: patchOf(one) },
  ]);
});

test('what was applied comes with it, once something was', () => {
  const steps = [{ step: 'write /a', outcome: 'done' as const }];
  expect(planReport(plan)).not.toHaveProperty('applied');
  expect(planReport(plan, { ok: true, steps, notRolledBack: [] }).applied).toEqual(steps);
});

test('everything else is the plan’s own, and survives JSON', () => {
  const { changes, ...rest } = plan;
  expect(planReport(plan)).toMatchObject(rest);
  expect(changes).toHaveLength(1);
  expect(JSON.parse(JSON.stringify(planReport(plan)))).toEqual(planReport(plan));
});
