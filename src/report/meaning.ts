import type { Alternative } from '../plan/compare.js';
import type { Covered } from '../plan/coverage.js';
import type { Plan } from '../plan/plan.js';
import { pairs, wrap } from './layout.js';

/** The product that people speak of, or the unit. */
export function called(unit: string): string {
  return unit === 'docker.service' ? 'Docker' : unit;
}

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

/** What a person types, or `other changes`. */
export function typed({ event, commands }: Covered): string {
  return (event === 'stop-start' ? commands.slice(0, 1) : commands.slice(0, 2)).join(', ') || 'other changes';
}

/** What comes of it, in a few words. */
export function happens(
  { event, outcome, text: said }: Covered,
  { unit, findings }: Pick<Plan, 'unit' | 'findings'>,
): string {
  const isDocker = unit === 'docker.service';
  const containers = findings.some(({ code }) => code === 'no-live-restore') ? ' and its containers' : '';
  switch (outcome) {
    case 'covered':
      return `restarts ${called(unit)}${containers}`;
    case 'down':
      return event === 'stop-start' ? `stops ${called(unit)} as well` : `leaves ${called(unit)} stopped`;
    case 'lost':
      return isDocker ? 'containers lose the network' : said;
    case 'unknown':
      return `not known: ${said}`;
    case 'harmless':
    case 'not-restarted':
    case 'not-applicable':
      return said;
  }
}

function coveredBy({ event }: Covered, others: readonly Alternative[]): string {
  const better = others.filter(({ covers }) => covers.includes(event)).map(({ relation }) => relation);
  return better.length === 0 ? '' : ` (${better.join(', ')}: covered)`;
}

/** Why a unit is followed, in a word or two: the link that enables it is in the full text. */
export function shortly(why: string): string {
  return why.replace(/^enabled by .*/, 'enabled').replace(/^followed already, .*/, 'followed already');
}
