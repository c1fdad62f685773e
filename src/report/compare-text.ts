import type { Comparison } from '../plan/compare.js';
import { EVENT_WORDS, EVENTS } from '../plan/events.js';
import { paint } from './color.js';
import { eventsOf, NO_FIREWALL, OUTCOME_WORDS, outcomeCell, outcomeOf, widest } from './coverage-table.js';
import { findingLines } from './plan-text.js';
import { printable } from './printable.js';

const GAP = '  ';

/** All relations beside each other, for a person. */
export function comparisonText(raw: Comparison, color: boolean): string {
  const comparison = printable(raw);
  const { unit, follow, relations, choice, findings } = comparison;
  const notes = findings.flatMap((finding) => findingLines(finding, color));
  if (!follow && !choice)
    return [`${unit} has nothing to follow here`, ...notes].map((line) => `${line}\n`).join('');
  const first = Math.max(widest(EVENTS.map((event) => EVENT_WORDS[event])), 'refused here'.length);
  const width = relations.map(({ relation, refusals, coverage }) =>
    widest([relation, refusedWords(refusals), ...coverage.map(({ outcome }) => OUTCOME_WORDS[outcome])]),
  );
  const row = (title: string, cells: readonly string[]): string =>
    [title.padEnd(first), ...cells].join(GAP).replace(/ +$/, '');
  const padded = (texts: readonly string[]): string[] => texts.map((text, at) => text.padEnd(width[at] ?? 0));
  const lines = [
    follow ? `${unit} will follow ${follow.unit} (${follow.why})` : `${unit}, with ${NO_FIREWALL}`,
    row(
      '',
      padded(relations.map(({ relation }) => relation)).map((one) => paint('bold', one, color)),
    ),
    ...eventsOf(relations).map((event) =>
      row(
        EVENT_WORDS[event],
        relations.map((one, column) => outcomeCell(outcomeOf(one, event), width[column] ?? 0, color)),
      ),
    ),
    row('refused here', padded(relations.map(({ refusals }) => refusedWords(refusals)))),
    ...verdict(comparison),
    ...notes,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function refusedWords(refusals: readonly string[]): string {
  return refusals.join(', ') || 'no';
}

/** The one to choose, and what another one would add. */
function verdict({ choice, others }: Comparison): string[] {
  if (!choice) return ['there is none to choose: each is refused here; unit-patch NAME --dry-run says why'];
  return [
    `to choose: ${choice.relation} (${choice.why})`,
    ...others.map(
      ({ relation, covers }) =>
        `${relation} also covers: ${covers.map((event) => EVENT_WORDS[event]).join(', ')}`,
    ),
  ];
}
