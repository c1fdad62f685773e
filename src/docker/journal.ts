import { parseUnitName } from '../units/name.js';
import type { UnitEvent, What } from './unit-times.js';

/**
 * The messages that systemd writes when a job of a unit has ended: sd-messages.h, SD_MESSAGE_UNIT_STARTED and so on.
 */
export const JOB_MESSAGES: Readonly<Record<string, What>> = {
  '39f53479d3a045ac8e11786248231fbf': 'started',
  be02cf6855d2428ba40df7e9d022f03d: 'failed',
  '9d1aaa27d60140bd96365438aad20286': 'stopped',
  '7b05ebc668384222baa8881179cfda54': 'reloaded',
};

/** A job that ended, by the journal. */
export interface JournalEvent {
  readonly unit: string;
  readonly what: What;
  /** microseconds since the boot */
  readonly at: number;
  /** microseconds since the epoch */
  readonly realtime: number;
}

/**
 * Reduces what the journal says about jobs to one line each: the unit, what happened, and when. Only PID 1 is believed:
 * any user may write a message that looks like systemd's, but not the field _PID (systemd.journal-fields(7)).
 * @param text what `journalctl --output=json` printed
 */
export function reduceJournal(text: string): string {
  return text
    .split('\n')
    .flatMap((line) => eventOf(line) ?? [])
    .map(({ unit, what, at, realtime }) => `${unit} ${what} ${at} ${realtime}\n`)
    .join('');
}

/** The last moment that has a date, in microseconds since the epoch. */
const LATEST = 8.64e18;

/** The lines of reduceJournal(). */
export function readJournalEvents(text: string): JournalEvent[] {
  return text.split('\n').flatMap((line) => {
    const [, unit, what, at, realtime] =
      /^(\S+) (started|failed|stopped|reloaded) (\d+) (\d+)$/.exec(line) ?? [];
    if (unit === undefined || Number(realtime) > LATEST) return [];
    return [{ unit, what: what as What, at: Number(at), realtime: Number(realtime) }];
  });
}

/**
 * What happened last to a unit after a moment, by the journal: systemd forgets the times of a unit that nothing needs
 * any more, which is one that was disabled and stopped.
 * @param isUp whether the unit is active now
 */
export function lastJournalEvent(
  events: readonly JournalEvent[],
  unit: string,
  after: number,
  isUp: boolean,
): UnitEvent | undefined {
  const own = events.filter((event) => event.unit === unit && event.at > after);
  const last = own.reduce<JournalEvent | undefined>(
    (latest, event) => (latest && latest.at > event.at ? latest : event),
    undefined,
  );
  if (!last) return undefined;
  const { at, realtime } = last;
  const wasDown = own.some(({ what }) => what === 'stopped');
  // A oneshot that does not stay has nothing to be stopped.
  const started = isUp ? (wasDown ? 'restarted' : 'started') : 'run';
  return { unit, what: last.what === 'started' ? started : last.what, at, when: clock(realtime) };
}

function eventOf(line: string): JournalEvent | undefined {
  const fields = parse(line);
  const what = JOB_MESSAGES[text(fields.MESSAGE_ID)];
  const unit = text(fields.UNIT);
  if (what === undefined || !/^\S+$/.test(unit) || text(fields._PID) !== '1') return undefined;
  const received = Number(text(fields.__REALTIME_TIMESTAMP));
  const realtime = Number(text(fields._SOURCE_REALTIME_TIMESTAMP)) || received;
  // journald may take a message a while after systemd has sent it.
  const at = Number(text(fields.__MONOTONIC_TIMESTAMP)) - (received - realtime);
  return Number.isSafeInteger(at) && at > 0 ? { unit, what, at, realtime } : undefined;
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** In the way of systemctl, but always in UTC: the journal does not say in which zone the machine is. */
function clock(realtime: number): string {
  return `${new Date(realtime / 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/**
 * The lines of the journal that a diagnosis uses: what PID 1 says of a unit's state, by the forms of its own messages
 * (src/core/job.c and unit.c of systemd). Everything else may hold a secret: PID 1 logs rejected `Environment=` values
 * and command lines too. Texts of others are not kept, nor a unit's description.
 * @param text lines of `journalctl --output=short-unix --no-hostname`
 * @param units those whose lines are kept
 */
export function stateLines(text: string, units: readonly string[]): string {
  const known = new Set(units);
  const kept = text.split('\n').flatMap((line) => {
    const [, start, said] = /^(\d+\.\d+ systemd\[1\]: )(.*)$/.exec(line.slice(0, LINE_MAX)) ?? [];
    const state = said === undefined ? undefined : (jobIn(said, known) ?? stateIn(said, known));
    return state === undefined ? [] : [`${start ?? ''}${state}\n`];
  });
  return kept.join('');
}

/** Longer than any line of these forms. */
const LINE_MAX = 1024;
const JOB =
  /^((?:Starting|Started|Stopping|Stopped|Reloading|Reloaded|Finished|Closed|Listening on|Failed to (?:start|stop|reload)|Dependency failed for|Timed out (?:starting|stopping|reloading)) )(\S+)(?: - .*|\.*)$/;
const ENDS: Readonly<Record<string, string>> = { Starting: '...', Stopping: '...', Reloading: '...' };

/**
 * `Started iptables.service - IPv4 firewall.`: systemd before 249 names the description alone, which says nothing
 * here.
 */
function jobIn(said: string, known: ReadonlySet<string>): string | undefined {
  const [, form = '', word = ''] = JOB.exec(said) ?? [];
  const unit = withoutDots(word);
  return known.has(unit) && parseUnitName(unit) ? `${form}${unit}${ENDS[form.trim()] ?? '.'}` : undefined;
}

/** The texts that may follow `UNIT: `. Words and numbers of systemd's own only. */
const STATES: readonly RegExp[] = [
  /^(?:Succeeded|Deactivated successfully|Unit entered failed state)\.$/,
  /^Failed with result '[a-z-]+'\.$/,
  /^(?:Main|Control) process exited, code=[a-z-]+,? status=\d+(?:\/[\w-]+)?$/,
  /^Scheduled restart job, restart counter is at \d+\.$/,
  /^Service (?:RestartSec=\S{1,20} expired|hold-off time over), scheduling restart\.$/,
  /^Start request repeated too quickly\.$/,
  /^(?:Start|Stop|Reload)[a-z-]* operation timed out\. (?:Terminating|Killing|Stopping|Skipping)\.$/,
];
const JOB_RESULT = /^Job (\S+)\/(?:start|stop|restart|reload) failed with result '[a-z-]+'\.$/;

function stateIn(said: string, known: ReadonlySet<string>): string | undefined {
  const [, ofJob] = JOB_RESULT.exec(said) ?? [];
  if (ofJob !== undefined) return known.has(ofJob) ? said : undefined;
  const at = said.indexOf(': ');
  const isKnown = known.has(said.slice(0, at)) && STATES.some((state) => state.test(said.slice(at + 2)));
  return at > 0 && isKnown ? said : undefined;
}

/** A unit's name ends with its type, a sentence with full stops. */
function withoutDots(word: string): string {
  let end = word.length;
  while (word[end - 1] === '.') end--;
  return word.slice(0, end);
}
