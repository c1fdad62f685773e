import type { Compared } from '../plan/compare.js';
import type { Covered, Outcome } from '../plan/coverage.js';
import { type Event, EVENT_WORDS, EVENTS } from '../plan/events.js';
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

/** How a box is called on which the files name no unit as its firewall. */
export const NO_FIREWALL = 'no unit that is known to be its firewall';

/** The events that some relation has anything to do with; without a firewall there are few. */
export function eventsOf(relations: readonly Pick<Compared, 'coverage'>[]): Event[] {
  return EVENTS.filter((event) =>
    relations.some(({ coverage }) => coverage.some((one) => one.event === event)),
  );
}

/** What becomes of the unit at an event. */
export function outcomeOf({ coverage }: Pick<Compared, 'coverage'>, event: Event): Outcome {
  return coverage.find((one) => one.event === event)?.outcome ?? 'not-restarted';
}

/** The length of the longest of some texts. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((longest, { length }) => Math.max(longest, length), 0);
}
