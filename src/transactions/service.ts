import { isCommand } from '../units/settings.js';
import { parseUnitName } from '../units/name.js';
import { lastValue, type Setting, type Unit } from '../units/unit.js';
import { parseBoolean } from '../units/values.js';

/** systemd.service(5), Type=: the start is through with the commands, as soon as the main process runs, or once it says so. */
export type StartType = 'commands' | 'at-once' | 'when-ready';

/** What a simulation has to know of a service. */
export interface Service {
  readonly startType: StartType;
  readonly isOneshot: boolean;
  readonly remainsAfterExit: boolean;
  /** `Restart=` */
  readonly restart: string;
  /** starts that are allowed within `interval`, both 0 if there is no limit */
  readonly burst: number;
  /** in seconds */
  readonly interval: number;
}

const START_TYPES: Readonly<Record<string, StartType>> = {
  oneshot: 'commands',
  forking: 'commands',
  simple: 'at-once',
  exec: 'at-once',
  idle: 'at-once',
};

/** systemd-system.conf(5): DefaultStartLimitBurst=, DefaultStartLimitIntervalSec= unless somebody sets them. */
const DEFAULT_LIMIT = { burst: 5, interval: 10 };

/** How a service starts and ends; undefined for a unit that is none. */
export function serviceOf(unit: Unit): Service | undefined {
  if (parseUnitName(unit.id)?.type !== 'service') return undefined;
  const value = (key: string): string | undefined => lastValue(unit, 'Service', key);
  const hasStart = value('ExecStart') !== undefined;
  const type = value('Type') ?? (hasStart ? 'simple' : 'oneshot');
  return {
    startType: START_TYPES[type] ?? 'when-ready',
    isOneshot: type === 'oneshot',
    remainsAfterExit: parseBoolean(value('RemainAfterExit')) === true,
    restart: value('Restart') ?? 'no',
    ...limitOf(unit),
  };
}

/** The lines of a service that run at one step, in their order. */
export function linesOf(unit: Unit, ...keys: readonly string[]): Setting[] {
  return keys.flatMap((key) => unit.directives.filter((one) => isCommand(one) && one.key === key));
}

/** Whether Restart= has a service started again after this end: service_shall_restart(). */
export function startsAgain({ restart }: Service, hasFailed: boolean): boolean {
  if (restart === 'always') return true;
  if (hasFailed) return restart === 'on-failure';
  return restart === 'on-success';
}

function limitOf(unit: Unit): Pick<Service, 'burst' | 'interval'> {
  const value = (...keys: string[]): string | undefined =>
    keys.flatMap((key) => lastValue(unit, 'Unit', key) ?? lastValue(unit, 'Service', key) ?? [])[0];
  const burst = Number(value('StartLimitBurst') ?? DEFAULT_LIMIT.burst);
  const interval = seconds(value('StartLimitIntervalSec', 'StartLimitInterval'));
  return interval === 0 || burst === 0 || Number.isNaN(burst)
    ? { burst: 0, interval: 0 }
    : { burst, interval };
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  hr: 3600,
  d: 86_400,
};

/** systemd.time(7), "PARSING TIME SPANS", as far as start limits use them; other text counts as the default. */
function seconds(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT.interval;
  const parts = [...text.matchAll(/([\d.]+)\s*([a-z]+)?/g)];
  const sum = parts.reduce((all, [, count, unit]) => all + Number(count) * (UNITS[unit ?? 's'] ?? NaN), 0);
  return parts.length === 0 || Number.isNaN(sum) ? DEFAULT_LIMIT.interval : sum;
}

/** How often at most a start is tried while its unit is stopped: each step of the stop has systemd try again. */
const TRIES = 5;

/** Counts the starts of a service against its limit: systemd.unit(5), StartLimitBurst=. */
export class StartCount {
  private starts = 0;
  private since = 0;
  private tries = 0;

  constructor(private readonly limit: Pick<Service, 'burst' | 'interval'> = { burst: 0, interval: 0 }) {}

  /** A start is tried while the unit is still being stopped. */
  isTried(): void {
    this.tries += TRIES;
  }

  /** A start is merged into one that is queued: a moment later it would have been another one. */
  isMerged(): void {
    this.tries += 1;
  }

  /** Another start, at this time in seconds. */
  count(now: number): 'allowed' | 'too-many' | 'unsure' {
    const { burst, interval } = this.limit;
    if (interval === 0) return 'allowed';
    // The time runs from the first start on, and anew from the first one after it: ratelimit_below().
    if (this.starts === 0 || now - this.since > interval) {
      this.since = now;
      this.starts = 0;
    }
    this.starts += 1;
    if (this.starts > burst) return 'too-many';
    return this.starts + this.tries > burst ? 'unsure' : 'allowed';
  }
}

/**
 * The lines that run when a line of a start has failed; undefined if the start goes on: the start of a simple service is
 * through before its process can fail, which is seen as its end.
 */
export function linesAfterFailure(
  key: string,
  startType: Service['startType'] | undefined,
): readonly string[] | undefined {
  if (key === 'ExecStart' && startType === 'at-once') return undefined;
  return key === 'ExecStartPost' ? ['ExecStop', 'ExecStopPost'] : ['ExecStopPost'];
}
