import { isSoft, type Relation, RELATIONS, type SoftRelation } from '../firewalls/template.js';
import type { Compared, Comparison } from '../plan/compare.js';
import type { Outcome } from '../plan/coverage.js';
import type { Event } from '../plan/events.js';
import { paint } from './color.js';
import { eventsOf, NO_FIREWALL, OUTCOME_STYLES, outcomeOf } from './coverage-table.js';
import { text, wrap } from './layout.js';
import { called, isDocker, shortly } from './event-words.js';
import { findingLines } from './plan-text.js';
import { printable } from './printable.js';

/** What each relation is, and what it costs. */
const IDEAS: Readonly<
  Record<Exclude<Relation, SoftRelation>, { readonly idea: string; readonly costs: string }>
> = {
  requires: { idea: 'no UNIT without FOLLOWED', costs: '1 file' },
  'part-of': { idea: 'UNIT starts even if it fails', costs: '1 file' },
  hook: { idea: 'FOLLOWED restarts UNIT', costs: '2 files' },
  watch: { idea: 'rules are watched, whatever removes them', costs: '3 files' },
};

const NAMES: Readonly<Record<Event, string>> = {
  restart: 'restart',
  reload: 'reload',
  'stop-start': 'stop, start',
  'failed-start': 'start fails',
  'outside-systemd': 'other tools',
};

/**
 * All relations beside each other on a terminal: what each is, what it does when something happens, what it costs, and
 * why the default is the default.
 */
export function comparisonScreen(raw: Comparison, color: boolean, width: number): string {
  const comparison = printable(raw);
  const { unit, follow, choice, findings } = comparison;
  const relations = comparison.relations.filter(isShown);
  const notes = findings.flatMap((finding) =>
    findingLines(finding, color).flatMap((line) => wrap(line, width)),
  );
  if (!follow && !choice) return text([...wrap(`${unit} has nothing to follow here.`, width), ...notes]);
  const first = relations.length > 3 ? 13 : 14;
  const column = Math.min(Math.floor((width - first) / relations.length), 26);
  const row = (title: string, cells: readonly string[], style?: (at: number) => Style): string[] =>
    tableRow(title, cells, { first, column, style: color ? style : undefined });
  const isFirewall = relations.some(({ coverage }) => coverage.some(({ outcome }) => outcome === 'lost'));
  // No tool takes anything from what follows a database.
  const eventsShown = eventsOf(relations).filter((event) => isFirewall || event !== 'outside-systemd');
  const names = { UNIT: called(unit), FOLLOWED: isFirewall || !follow ? 'the firewall' : follow.unit };
  const idea = (said: string): string =>
    said.replace(/UNIT|FOLLOWED/g, (word) => names[word as keyof typeof names]);
  return text([
    ...wrap(
      follow ? `${unit} and ${follow.unit} (${shortly(follow.why)})` : `${unit}, with ${NO_FIREWALL}`,
      width,
    ),
    '',
    ...row(
      '',
      relations.map(({ relation }) => relation),
      () => 'bold',
    ),
    ...row(
      'idea',
      relations.map(({ relation }) => idea(IDEAS[relation].idea)),
    ),
    ...eventsShown.flatMap((event) => {
      const outcomes = relations.map((one) => outcomeOf(one, event));
      return row(
        NAMES[event],
        outcomes.map((one, column) =>
          happens(one, { unit, isFirewall, relation: relations[column]?.relation }),
        ),
        (cell) => OUTCOME_STYLES[outcomes[cell] ?? 'unknown'],
      );
    }),
    ...row(
      'costs',
      relations.map(({ relation }) => IDEAS[relation].costs),
    ),
    ...(relations.some(({ refusals }) => refusals.length > 0)
      ? row(
          'refused here',
          relations.map(({ refusals }) => refusals.join(', ') || 'no'),
        )
      : []),
    '',
    ...advice(comparison, isFirewall, names).flatMap((line) => wrap(line, width)),
    ...softer(comparison, names).flatMap((line) => wrap(line, width)),
    ...notes,
  ]);
}

type Shown = Compared & { readonly relation: Exclude<Relation, SoftRelation> };

/** Soft ties have no column. */
function isShown(compared: Compared): compared is Shown {
  return !isSoft(compared.relation);
}

interface Cell {
  readonly unit: string;
  readonly isFirewall: boolean;
  readonly relation: Relation | undefined;
}

function happens(outcome: Outcome, { unit, isFirewall, relation }: Cell): string {
  const words: Readonly<Record<Outcome, string>> = {
    covered: relation === 'watch' ? 'rules come back' : `${called(unit)} restarts`,
    harmless: isFirewall ? 'rules stay' : 'no harm',
    lost: isDocker(unit) ? 'containers offline' : 'rules stay gone',
    'not-restarted': `${called(unit)} does not restart`,
    down: `${called(unit)} stays down`,
    'not-applicable': 'no such job',
    unknown: 'not known',
  };
  return words[outcome];
}

type Names = Readonly<Record<'UNIT' | 'FOLLOWED', string>>;

const SCRIPTS = 'Scripts or people run iptables, or Docker must not restart? --relation RELATION';
const UNSEEN = 'Changes that no unit makes (iptables -F) are seen by none of them.';

/** Why the chosen one is chosen, and who chooses another one. */
function advice(
  { unit, choice, others }: Comparison,
  isFirewall: boolean,
  { UNIT, FOLLOWED }: Names,
): string[] {
  if (!choice) return ['Each of them is refused here: unit-patch NAME --dry-run says why.'];
  const [served, matter] = isDocker(unit) ? ['containers', 'Containers matter'] : [UNIT, `${UNIT} matters`];
  const isDefault = choice.relation === RELATIONS[0];
  const why = isDefault ? `it fails closed: no ${served} without ${FOLLOWED}` : choice.why;
  const reload = others.find(({ covers }) => covers.includes('reload'));
  const outside = others.find(({ covers }) => covers.includes('outside-systemd'));
  const failed = others.find(({ covers }) => covers.includes('failed-start'));
  return [
    `${isDefault ? 'Default' : 'To choose'}: ${choice.relation} (${why}).`,
    ...(reload ? [`People reload or stop this firewall? --relation ${reload.relation}`] : []),
    ...(failed && failed !== reload
      ? [`${matter} more than ${FOLLOWED}? --relation ${failed.relation}`]
      : []),
    ...(choice.relation === 'watch' || !isFirewall
      ? []
      : [outside ? SCRIPTS.replace('RELATION', outside.relation) : UNSEEN]),
  ];
}

/** The soft ties in one line: what they do not do is all that tells them from the others. */
function softer({ unit, relations }: Comparison, { UNIT, FOLLOWED }: Names): string[] {
  const soft = relations.filter(({ relation, refusals }) => isSoft(relation) && refusals.length === 0);
  const [first] = soft;
  if (!first) return [];
  const names = soft.map(({ relation }) => relation).join(' or ');
  const isLost = outcomeOf(first, 'restart') === 'lost' && isDocker(unit);
  return [
    `Softer: --relation ${names}; ${isLost ? 'a restart then takes the containers offline' : `a restart of ${FOLLOWED} then leaves ${UNIT} as it is`}.`,
  ];
}

type Style = Parameters<typeof paint>[0];

interface Columns {
  readonly first: number;
  readonly column: number;
  readonly style?: ((cell: number) => Style) | undefined;
}

/** One row, whose cells may take several lines. */
function tableRow(title: string, cells: readonly string[], { first, column, style }: Columns): string[] {
  const wrapped = cells.map((cell) => wrap(cell, column - (cells.length > 3 ? 1 : 2)));
  const height = Math.max(...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, at) => {
    const padded = wrapped.map((lines, cell) => {
      const line = lines[at] ?? '';
      return (style ? paint(style(cell), line, true) : line) + ' '.repeat(Math.max(column - line.length, 1));
    });
    return `${(at === 0 ? title : '').padEnd(first)}${padded.join('')}`.trimEnd();
  });
}
