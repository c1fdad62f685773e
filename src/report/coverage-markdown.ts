import type { Covered, Outcome } from '../plan/coverage.js';
import { EVENT_WORDS } from '../plan/events.js';
import type { Plan } from '../plan/plan.js';
import { code, prose } from './markdown.js';
import { happens } from './event-words.js';

const MARKS: Readonly<Record<Outcome, string>> = {
  covered: '\u2705',
  harmless: '\u2705',
  lost: '\u274c',
  down: '\u26a0\ufe0f',
  'not-restarted': '\u26a0\ufe0f',
  unknown: '\u26a0\ufe0f',
  'not-applicable': '',
};

/** What each event leads to, now and with the plan, as a table that is readable on a phone. */
export function coverageMarkdown(plan: Plan): string {
  const { coverage, coverageBefore } = plan;
  const before = plan.changed ? coverageBefore : undefined;
  const rows = coverage
    .filter(({ outcome }) => outcome !== 'not-applicable')
    .map((one) => {
      const was = before?.find(({ event }) => event === one.event);
      return [eventCell(one), ...(was ? [outcomeCell(was, plan)] : []), outcomeCell(one, plan)];
    });
  if (rows.length === 0) return '';
  const head = ['what happens', ...(before ? ['now'] : []), before ? 'with this change' : 'what comes of it'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function eventCell({ event, commands }: Covered): string {
  if (event === 'stop-start') return code(commands[0] ?? '');
  return commands.length === 0 ? EVENT_WORDS[event] : commands.slice(0, 2).map(code).join(', ');
}

function outcomeCell(covered: Covered, plan: Plan): string {
  return `${MARKS[covered.outcome]} ${prose(happens(covered, plan)).replace(/\|/g, '\\|')}`;
}
