import type { Alternative } from '../plan/compare.js';
import type { Covered } from '../plan/coverage.js';
import type { Plan } from '../plan/plan.js';
import { called, happens, typed } from './event-words.js';
import { pairs, wrap } from './layout.js';

/** What a person types from then on, and what happens; a start that fails is nothing that one types. */
export function meaningLines(plan: Plan, others: readonly Alternative[], width: number): string[] {
  const { unit, relation, coverage, removed } = plan;
  if (relation === null) {
    if (removed.length === 0) return [];
    const lost = unit === 'docker.service' ? `, and ${rulesAreLost}` : '';
    return wrap(`From then on nothing restarts ${called(unit)} along with it${lost}.`, width);
  }
  const rows = coverage
    .filter(({ event, outcome }) => event !== 'failed-start' && outcome !== 'not-applicable')
    .map((one): [string, string] => [typed(one), happens(one, plan) + coveredBy(one, others)]);
  return rows.length === 0 ? [] : [`From then on (--relation ${relation}):`, ...pairs(rows, width)];
}

const rulesAreLost = 'the next restart of the firewall takes its rules away';

function coveredBy({ event }: Covered, others: readonly Alternative[]): string {
  const better = others.filter(({ covers }) => covers.includes(event)).map(({ relation }) => relation);
  return better.length === 0 ? '' : ` (${better.join(', ')}: covered)`;
}
