import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** A command as a whole process. */
export interface Side {
  readonly command: string;
  readonly args: readonly string[];
  /** the exit statuses that say that the work was done; 0 unless told */
  readonly statuses?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs commands in turn, so that what slows the machine down meets all of them alike.
 * @returns for each command the wall time of every run, in milliseconds
 * @throws Error where one does not end as it should
 */
export function wallTimes(runs: number, sides: readonly Side[]): number[][] {
  const times = sides.map((): number[] => []);
  for (let run = 0; run < runs; run++)
    sides.forEach((side, at) => {
      const begin = performance.now();
      runOnce(side);
      times[at]?.push(performance.now() - begin);
    });
  return times;
}

function runOnce({ command, args, statuses = [0], env = {} }: Side): void {
  const { status, error } = spawnSync(command, args, { stdio: 'ignore', env: { ...process.env, ...env } });
  if (error) throw error;
  if (!statuses.includes(status ?? -1))
    throw new Error(`${[command, ...args].join(' ').slice(0, 200)} ended with ${status}`);
}

/** The middle one of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('no figures');
  return (low + high) / 2;
}
