import { type Covered, EVENT_WORDS, type Outcome } from '../plan/coverage.js';
import { paint } from './color.js';

/** The outcomes in the words of a table. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, string>> = {
  covered: 'covered',
  harmless: 'harmless',
  lost: 'lost',
  'not-restarted': 'not covered',
  down: 'down',
  'not-applicable': 'no such job',
  unknown: 'not known',
};

/** The colours of the outcomes. */
export const OUTCOME_STYLES = {
  covered: 'green',
  harmless: 'green',
  lost: 'red',
  'not-restarted': 'yellow',
  down: 'yellow',
  'not-applicable': 'cyan',
  unknown: 'yellow',
} as const;

/** An outcome, as wide as `width`, in its colour. */
export function outcomeCell(outcome: Outcome, width: number, color: boolean): string {
  return paint(OUTCOME_STYLES[outcome], OUTCOME_WORDS[outcome].padEnd(width), color);
}

/** What a relation covers, one line per event, for a person. */
export function coverageLines(coverage: readonly Covered[], color: boolean): string[] {
  const width = widest(coverage.map(({ event }) => EVENT_WORDS[event]));
  const outcomes = widest(coverage.map(({ outcome }) => OUTCOME_WORDS[outcome]));
  return coverage.map(
    ({ event, outcome, text }) =>
      `  ${EVENT_WORDS[event].padEnd(width)}  ${outcomeCell(outcome, outcomes, color)}  ${text}`,
  );
}

/** The length of the longest of some texts. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((longest, { length }) => Math.max(longest, length), 0);
}
