/** What may happen to the followed unit. */
export const EVENTS = ['restart', 'reload', 'stop-start', 'failed-start', 'outside-systemd'] as const;

/** The events in the words of a table. */
export const EVENT_WORDS: Readonly<Record<Event, string>> = {
  restart: 'restart',
  reload: 'reload',
  'stop-start': 'stop and start',
  'failed-start': 'failed start',
  'outside-systemd': 'changes made outside systemd',
};

/** What happens to the followed unit; `outside-systemd`: what tools do that no job of systemd knows of. */
export type Event = (typeof EVENTS)[number];
