import { type JournalEvent, lastJournalEvent } from './journal.js';
import { isEngine } from './questions.js';
import { beganAt, lastEvent, type UnitEvent, type UnitState } from './unit-times.js';

/** What was asked of systemd for a unit, and by whom: `sudo, alice: systemctl restart iptables`. */
export interface Trigger {
  readonly unit: string;
  readonly text: string;
}

const VERBS = new Set(
  'start stop restart reload try-restart force-reload reload-or-restart enable disable'.split(' '),
);
const PROGRAMS = new Set(['systemctl', 'service', 'invoke-rc.d', 'deb-systemd-invoke']);
/** The most characters of a line, and of a word, that are looked at; a unit's name has 255 characters at most. */
const LINE_MAX = 4096;
const WORD_MAX = 1024;
/**
 * The journal believes these: root's own processes, PID 1 and cron among them, and programs that ordinary users start
 * and that run as root. journald takes these fields from the kernel; anybody may log a text under any name:
 * systemd.journal-fields(7).
 */
export const TRUSTED = [
  '_UID=0',
  ...['/usr/bin/sudo', '/bin/sudo', '/usr/lib/cargo/bin/sudo', '/usr/bin/pkexec', '/usr/bin/doas'].flatMap(
    (path) => ['+', `_EXE=${path}`],
  ),
];
/** The end of dpkg's log that is looked at; one run of apt writes far less. In characters. */
const LOG_MAX = 2 ** 20;
/** The most lines that are asked for in one window. */
export const LINES_MAX = 2000;
/** The longest time from the request for a restart to its end, in seconds. */
export const BEFORE_S = 30;
/** Packages whose scripts restart a firewall, and what dpkg notes of them. */
const NOTED =
  /^(\S+ \S+) (configure|upgrade|install|remove) ((?:netfilter|iptables)-persistent|nftables|iptables|ufw|firewalld)(?::\S+)? /;

/**
 * What happened to firewalls since docker came up, in the order of time; earlier events did no harm. systemd's own
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
 * Who made systemd act on a unit, by a line of the journal, and nothing else of the line: command lines hold secrets.
 * It is a hint: anyone who may use sudo can word such a line. Word by word, so that no line takes more than its length.
 * @param line a line of `journalctl --output=short-unix --no-hostname`, from a sender that is trusted: TRUSTED
 */
export function triggerOf(line: string, unit: string): string | undefined {
  const [, who = '', said = ''] =
    /^\d+\.\d+ ([^\s[:]+)(?:\[\d+\])?: (.*)$/.exec(line.slice(0, LINE_MAX)) ?? [];
  const names = new Set([unit, unit.replace(/\.service$/, '')]);
  if (said.startsWith('ansible-')) return ansible(said, unit, names);
  const [, user, rest = ''] = /^\s*(\S+) : (.*)$/.exec(said) ?? /^\((\S+)\) CMD (.*)$/.exec(said) ?? [];
  // sudo says so if a command was not allowed, or the password was wrong: then nothing was done.
  if (who === 'sudo' && !/^[A-Z]+=/.test(rest)) return undefined;
  const by = user === undefined ? who : `${who}, ${user}`;
  for (const command of said.split(/[;|&]/)) {
    const found = restartIn(command.split(/\s+/).map(bare), names);
    if (found) return `${by}: ${found.program} ${found.verb} ${unit}`;
  }
  return undefined;
}

/** `systemctl [OPTION…] VERB … UNIT` or `service UNIT VERB` among the words of a command. */
function restartIn(
  words: readonly string[],
  names: ReadonlySet<string>,
): { readonly program: string; readonly verb: string } | undefined {
  const at = words.findIndex((word) => PROGRAMS.has(programIn(word)));
  const program = programIn(words[at] ?? '');
  const rest = at < 0 ? [] : words.slice(at + 1).filter((word) => !word.startsWith('-'));
  const [first = '', second = ''] = rest;
  if (VERBS.has(first) && rest.slice(1).some((word) => names.has(word))) return { program, verb: first };
  return program !== 'systemctl' && names.has(first) && VERBS.has(second)
    ? { program, verb: second }
    : undefined;
}

/** The last part of `/usr/bin/systemctl`, and of `COMMAND=/usr/bin/systemctl`. */
function programIn(word: string): string {
  return word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('=')) + 1);
}

/** A word without the brackets, quotes and full stop around it. */
function bare(word: string): string {
  return word
    .slice(0, WORD_MAX)
    .replace(/^[("'[]/, '')
    .replace(/[)"'\]]?[.,]?$/, '');
}

/** The lines that Ansible's modules log. */
function ansible(said: string, unit: string, names: ReadonlySet<string>): string | undefined {
  const words = said.split(/\s+/);
  if (!words.some((word) => word.startsWith('name=') && names.has(word.slice('name='.length))))
    return undefined;
  const state = words.find((word) => word.startsWith('state='))?.slice('state='.length) ?? '';
  return /^[a-z]+$/.test(state) ? `ansible: ${unit} ${state}` : undefined;
}

/**
 * The package whose scripts were at work when something happened to a firewall.
 * @param log dpkg.log, whose times are those of the machine's own clock and zone, as systemctl's are
 */
export function packageAtWork(log: string, { when }: Pick<UnitEvent, 'when'>): string | undefined {
  const seconds = (text: string): number => Date.parse(`${text.slice(0, 19).replace(' ', 'T')}Z`) / 1000;
  const at = seconds(when);
  const lines = log
    .slice(-LOG_MAX)
    .split('\n')
    .flatMap((line) => {
      const noted = NOTED.exec(line);
      return noted ? [noted] : [];
    });
  const found = lines.findLast((line) => {
    const before = at - seconds(line[1] ?? '');
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
