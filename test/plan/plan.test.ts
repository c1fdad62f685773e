import { expect, test } from '@jest/globals';
import { isRefused, refusals } from '../../src/plan/plan.js';
import { finding, makePlan } from '../report/plans.js';

test('a plan is refused by one finding that says so, and by no warning', () => {
  expect(isRefused(makePlan({ findings: [finding('info'), finding('refuse')] }))).toBe(true);
  expect(isRefused(makePlan({ findings: [finding('info'), finding('warn')] }))).toBe(false);
  expect(isRefused(makePlan())).toBe(false);
});

test('each refusing code is named once', () => {
  const findings = [finding('refuse'), finding('info'), finding('refuse')];
  expect(refusals(makePlan({ findings }))).toEqual([finding('refuse').code]);
});
