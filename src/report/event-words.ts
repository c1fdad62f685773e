import { isStoppedAlong } from '../firewalls/template.js';
import type { Covered } from '../plan/coverage.js';
import type { Plan } from '../plan/plan.js';

/** The product that people speak of, or the unit. */
export function called(unit: string): string {
  return isDocker(unit) ? 'Docker' : unit;
}

/** Whether it is the unit whose containers a person thinks of. */
export function isDocker(unit: string): boolean {
  return unit === 'docker.service';
}

/** What a person types, or `other changes`. */
export function typed({ event, commands }: Covered): string {
  return (event === 'stop-start' ? commands.slice(0, 1) : commands.slice(0, 2)).join(', ') || 'other changes';
}

/** What comes of it, in a few words. */
export function happens(
  { event, outcome, text: said }: Covered,
  { unit, relation, findings }: Pick<Plan, 'unit' | 'relation' | 'findings'>,
): string {
  const containers = findings.some(({ code }) => code === 'no-live-restore') ? ' and its containers' : '';
  switch (outcome) {
    case 'covered':
      if (relation === 'watch') return said;
      if (event === 'stop-start' && relation !== null && isStoppedAlong(relation))
        return `stops ${called(unit)}, and a start brings it back`;
      return `restarts ${called(unit)}${containers}`;
    case 'down':
      return event === 'stop-start' ? `stops ${called(unit)} as well` : `leaves ${called(unit)} stopped`;
    case 'lost':
      return isDocker(unit) ? 'containers lose the network' : said;
    case 'unknown':
      return `not known: ${said}`;
    case 'harmless':
    case 'not-restarted':
    case 'not-applicable':
      return said;
  }
}

/** Why a unit is followed, in a word or two: the link that enables it is in the full text. */
export function shortly(why: string): string {
  return why.replace(/^enabled by .*/, 'enabled').replace(/^followed already, .*/, 'followed already');
}
