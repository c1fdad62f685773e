import type { UnitState } from './evidence.js';
import { lastJournalEvent, type JournalEvent } from './journal-events.js';
import { isEngine } from './questions.js';
import { beganAt, lastEvent, type UnitEvent } from './unit-times.js';

/** Who had something done to a unit: `sudo, alice: systemctl restart iptables`. */
export interface Trigger {
  readonly unit: string;
  readonly text: string;
}

const VERBS = 'start|stop|restart|reload|try-restart|force-reload|reload-or-restart|enable|disable';
/** As long as it may take, in seconds, from what asks for a restart to its end. */
export const BEFORE_S = 30;
/** Packages whose scripts restart a firewall, and what dpkg notes of them. */
const NOTED =
  /^(\S+ \S+) (configure|upgrade|install|remove) ((?:netfilter|iptables)-persistent|nftables|iptables|ufw|firewalld)(?::\S+)? /;

/**
 * What happened to firewalls since docker came up, in the order of time; what happened before did no harm. systemd's own
 * times come first; the journal says what it has forgotten.
 * @param jobs what the journal has of them
 */
export function firewallEvents(
  units: readonly UnitState[],
  docker: UnitState,
  jobs: readonly JournalEvent[] = [],
): UnitEvent[] {
  const since = beganAt(docker);
  const states = units.filter(({ Id }) => !isEngine(Id ?? ''));
  const names = new Set([...states.map(({ Id = '' }) => Id), ...jobs.map(({ unit }) => unit)]);
  return [...names]
    .filter((name) => !isEngine(name))
    .flatMap((name) => {
      const state = states.find(({ Id }) => Id === name);
      const event = state && state.LoadState !== 'not-found' ? lastEvent(state) : undefined;
      return event ?? lastJournalEvent(jobs, name, since, state?.ActiveState === 'active') ?? [];
    })
    .filter(({ at }) => at > since)
    .sort((one, other) => one.at - other.at);
}

/**
 * What a line of the journal says of who had a unit restarted, and nothing else of the line: command lines hold secrets.
 * @param line a line of `journalctl --output=short-unix --no-hostname`
 */
export function triggerOf(line: string, unit: string): string | undefined {
  const name = unit.replace(/\.service$/, '').replaceAll('.', '\\.');
  const [, who = '', said = ''] = /^\d+\.\d+ ([^\s[:]+)(?:\[\d+\])?: (.*)$/.exec(line) ?? [];
  const command = [
    new RegExp(
      `\\b(systemctl)(?: --?[\\w=-]+)* (${VERBS})\\b[^;|&]*?\\s${name}(?:\\.service)?(?![\\w@-]|\\.\\w)`,
    ),
    new RegExp(`\\b(service|invoke-rc\\.d|deb-systemd-invoke) (?:${name}(?:\\.service)? )?(${VERBS})\\b`),
  ];
  const found = command
    .map((one) => one.exec(said))
    .find((one) => one?.[0].includes(unit.replace(/\.service$/, '')));
  const [, user] = /^\s*(\S+) : /.exec(said) ?? /^\((\S+)\) CMD /.exec(said) ?? [];
  const by = user === undefined ? who : `${who}, ${user}`;
  if (found) return `${by}: ${found[1] ?? ''} ${found[2] ?? ''} ${unit}`;
  const ansible = new RegExp(
    `^ansible-\\S+ Invoked with .*\\bname=${name}(?:\\.service)?\\b.*\\bstate=(\\w+)`,
  ).exec(said);
  return ansible ? `ansible: ${unit} ${ansible[1] ?? ''}` : undefined;
}

/**
 * The package whose scripts were at work when something happened to a firewall.
 * @param log dpkg.log, whose times are those of the machine's own clock and zone, as systemctl's are
 */
export function packageAtWork(log: string, { when }: Pick<UnitEvent, 'when'>): string | undefined {
  const seconds = (text: string): number => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`) / 1000;
  const at = seconds(when);
  const lines = log.split('\n').map((line) => NOTED.exec(line));
  const found = lines.findLast((line) => {
    const before = at - seconds(line?.[1] ?? '');
    return before >= -1 && before <= BEFORE_S;
  });
  return found ? `dpkg: ${found[2] ?? ''} ${found[3] ?? ''}` : undefined;
}

/** Triggers as lines of a file. */
export function writeTriggers(triggers: readonly Trigger[]): string {
  return triggers.map(({ unit, text }) => `${unit} ${text}\n`).join('');
}

/** The lines of such a file. */
export function readTriggers(text: string): Trigger[] {
  return text.split('\n').flatMap((line) => {
    const [, unit, said] = /^(\S+) (.+)$/.exec(line) ?? [];
    return unit === undefined || said === undefined ? [] : [{ unit, text: said }];
  });
}
