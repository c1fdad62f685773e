import { parseUnitName } from '../units/name.js';

/**
 * The lines of the journal that a diagnosis uses: what PID 1 says of a unit's state, by the forms of its own messages
 * (src/core/job.c and unit.c of systemd). Everything else may hold a secret: PID 1 logs rejected `Environment=` values
 * and command lines too. No text of anybody else is kept, nor a unit's description.
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

/** `Started iptables.service - IPv4 firewall.`: systemd before 249 names the description alone, which says nothing here. */
function jobIn(said: string, known: ReadonlySet<string>): string | undefined {
  const [, form = '', word = ''] = JOB.exec(said) ?? [];
  const unit = withoutDots(word);
  return known.has(unit) && parseUnitName(unit) ? `${form}${unit}${ENDS[form.trim()] ?? '.'}` : undefined;
}

/** What may stand behind `UNIT: `. Words and numbers of systemd's own only. */
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
