import type { Count, WatchState } from './evidence.js';

/** What the watch had to do today. */
export interface WatchedToday {
  /** the service that watches */
  readonly service: string;
  /** whether it runs */
  readonly isActive: boolean;
  /** how often it put rules back */
  readonly putBack: Count;
  /** how often it restarted docker */
  readonly restarts: Count;
  /** the programs that removed rules, the most frequent first; none if nothing reports them */
  readonly by: readonly string[];
  /** the last thing that it wrote about rules; null if it wrote nothing today */
  readonly last: string | null;
}

/** Counts what the watch has written, in its own words: templates/docker/watch.sh. */
export function watchedToday({ service, unit, lines }: WatchState): WatchedToday {
  const said = lines.map(({ text }) => text.replace(/^\S+\[\d+\]: /, ''));
  const about = said.filter(
    (text) => text.includes('docker') && !text.startsWith('Start') && !text.startsWith('Stop'),
  );
  const names = said.flatMap((text) =>
    removersIn(text)
      .split(' ')
      .flatMap((one) => /^(.+)\[\d+\]$/.exec(one)?.[1] ?? []),
  );
  const often = new Map<string, number>();
  for (const name of names) often.set(name, (often.get(name) ?? 0) + 1);
  return {
    service,
    isActive: unit.ActiveState === 'active',
    putBack: said.filter((text) => text.includes('; put back ')).length,
    restarts: said.filter((text) => text.endsWith(': restarting docker')).length,
    by: [...often].sort(([, a], [, b]) => b - a).map(([name]) => name),
    last: about.at(-1) ?? null,
  };
}

const REMOVED_BY = 'rules were gone (by';

/** The programs that a line names; a pattern for its end would search again from every beginning. */
function removersIn(text: string): string {
  const at = text.indexOf(REMOVED_BY);
  const end = text.indexOf(')', at);
  return at < 0 || end < 0 ? '' : text.slice(at + REMOVED_BY.length, end);
}

/** The same for a person: how often somebody removes rules, and who; empty if nobody did. */
export function watchedText({ service, putBack, restarts, by }: WatchedToday): string {
  const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
  const did = [
    ...(putBack > 0 ? [`put rules back ${times(putBack)}`] : []),
    ...(restarts > 0 ? [`restarted docker ${times(restarts)}`] : []),
  ];
  if (did.length === 0) return '';
  const who = by.length === 0 ? '' : ` (removed by ${by.slice(0, 3).join(', ')})`;
  return `${service} ${did.join(' and ')} today${who}`;
}
