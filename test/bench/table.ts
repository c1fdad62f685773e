import type { Result, Row } from './bench.js';

const HEAD = ['what', 'unit-patch', 'beside', 'theirs', 'ratio', 'wanted'];

/** A row as its cells: a missing peer is named as missing, and a ratio that is too large is marked. */
function cells({ what, us, peer, theirs, ratio, most }: Row): string[] {
  const wanted = most === undefined ? '' : `≤ ${most}`;
  if (theirs === undefined || ratio === undefined) return [what, us, peer, 'missing', '', wanted];
  const isHeld = most === undefined || ratio <= most;
  return [what, us, peer, theirs, ratio.toFixed(2), isHeld ? wanted : `${wanted}, NOT HELD`];
}

/** Whether every ratio that we mean to have is held; what could not be compared is not. */
export function allHeld(rows: readonly Row[]): boolean {
  return rows.every(({ ratio, most }) => most === undefined || (ratio !== undefined && ratio <= most));
}

/** The rows as lines of equal columns, for a terminal. */
export function textTable(rows: readonly Row[]): string {
  const all = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}

/** The whole as a Markdown document. */
export function markdownResults(machine: readonly string[], results: readonly Result[]): string {
  const line = (row: readonly string[]): string => `| ${row.map(escaped).join(' | ')} |`;
  const rows = results.flatMap((result) => result.rows);
  const table = [line(HEAD), line(HEAD.map(() => '---')), ...rows.map((row) => line(cells(row)))];
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}\n`).join('');
  return [
    '# What it costs\n',
    '`npm run bench` made this: both sides in turn in one run, after it was seen that both did the same work. A ratio ' +
      'is our cost divided by theirs; only ratios mean something on another machine.\n',
    `${table.join('\n')}\n`,
    list(results.flatMap(({ notes = [] }) => notes)),
    ...results.flatMap(({ plots = [] }) => plots),
    '## The machine\n',
    list(machine),
  ].join('\n');
}

const escaped = (cell: string): string => cell.replaceAll('|', '\\|');
