import { JOURNAL } from '../docker/questions.js';
import { readJournal } from '../docker/read-evidence.js';
import type { UnitState } from '../docker/unit-times.js';
import type { Machine } from '../system/system.js';

/**
 * The message that systemd writes to the journal when it begins to start a unit: SD_MESSAGE_UNIT_STARTING of
 * sd-messages.h.
 */
const STARTING = 'MESSAGE_ID=7d4958e842da4a758f6c1cdc7b36dcc5';

/** How often a unit may be started within a time: systemd.unit(5), StartLimitIntervalSec=. */
export interface StartLimit {
  readonly unit: string;
  /** in seconds */
  readonly interval: number;
  readonly burst: number;
}

/** The limit of a unit; undefined if it has none. */
export function startLimitOf(unit: UnitState): StartLimit | undefined {
  const interval = seconds(unit.StartLimitIntervalUSec ?? '');
  const burst = Number(unit.StartLimitBurst ?? 0);
  if (!(interval > 0) || !Number.isFinite(interval) || !(burst > 0)) return undefined;
  return { unit: unit.Id ?? '', interval, burst };
}

/**
 * How long to wait until one more start is within the limit, in seconds; 0 if it is now. systemd counts within a
 * window that begins with the first start; any stretch of that length holds at least as many.
 * @param starts when the unit was started, in seconds
 */
export function secondsToWait(
  { interval, burst }: StartLimit,
  starts: readonly number[],
  now: number,
): number {
  const recent = starts.filter((start) => start > now - interval).sort((a, b) => a - b);
  const oldest = recent[recent.length - burst];
  return oldest === undefined ? 0 : Math.ceil(oldest + interval - now + 1);
}

/** When a unit was started within its limit's time, by the journal, in seconds; nothing if it does not say. */
export async function startsOf(machine: Machine, { unit, interval }: StartLimit): Promise<number[]> {
  const since = `--since=-${Math.ceil(interval)}s`;
  const { status, stdout } = await machine.ask([
    ...JOURNAL,
    '--boot',
    since,
    '_PID=1',
    STARTING,
    `UNIT=${unit}`,
  ]);
  return status === 0 ? readJournal(stdout).map(({ time }) => time) : [];
}

const UNITS: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
};

/** A time span as systemctl prints it, `1min 30s`, in seconds; NaN for any other text. */
function seconds(text: string): number {
  const words = text.split(' ').map((word) => /^(\d+(?:\.\d+)?)(us|ms|s|min|h|d|w)$/.exec(word));
  return words.reduce((sum, word) => sum + Number(word?.[1]) * (UNITS[word?.[2] ?? ''] ?? NaN), 0);
}
