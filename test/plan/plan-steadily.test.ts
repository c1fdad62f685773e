import { describe, expect, test } from '@jest/globals';
import { EXIT, UnitPatchError } from '../../src/errors.js';
import { planSteadily } from '../../src/plan/plan-steadily.js';
import type { Plan } from '../../src/plan/plan.js';

const yes = { findings: [], unit: 'yes' } as unknown as Plan;
const refused = (text: string): Plan =>
  ({ findings: [{ code: 'x', level: 'refuse', text, hint: '' }] }) as unknown as Plan;

/** Sees one after the other, and then the last one for ever; counts how often it looked. */
function looker(...seen: (Plan | Error)[]): { look: () => Plan; times: () => number } {
  let times = 0;
  const look = (): Plan => {
    const now = seen[Math.min(times++, seen.length - 1)];
    if (now instanceof Error) throw now;
    return now ?? yes;
  };
  return { look, times: () => times };
}

const unreadable = (file: string): Error => new UnitPatchError('unreadable', file, EXIT.usage);

test('a plan that may be applied needs one look', () => {
  const { look, times } = looker(yes, refused('never seen'));
  expect(planSteadily(look)).toBe(yes);
  expect(times()).toBe(1);
});

describe('a no that was half of what somebody else was writing is no no', () => {
  test.each([
    ['a refusal', [refused('shadowed'), yes]],
    ['two different ones', [refused('a'), refused('b'), yes]],
    ['an error', [unreadable('a'), yes]],
    ['a file that went while it was read', [new Error('ENOENT'), yes]],
  ])('%s', (_, seen) => {
    expect(planSteadily(looker(...seen).look)).toBe(yes);
  });
});

describe('a no that stays is said', () => {
  test('a refusal, after the second look', () => {
    const { look, times } = looker(refused('shadowed'));
    expect(planSteadily(look).findings).toMatchObject([{ text: 'shadowed' }]);
    expect(times()).toBe(2);
  });

  test('an error, after the second look', () => {
    const { look, times } = looker(unreadable('a'));
    expect(() => planSteadily(look)).toThrow('a');
    expect(times()).toBe(2);
  });

  test('the last one, where no two are the same', () => {
    const all = Array.from({ length: 50 }, (_, at) => refused(String(at)));
    const { look, times } = looker(...all);
    expect(planSteadily(look).findings).toMatchObject([{ level: 'refuse' }]);
    expect(times()).toBeLessThan(20);
  });
});
