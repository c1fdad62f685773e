import { spawnSync } from 'node:child_process';

/** A command as a whole process. */
export interface Side {
  readonly command: string;
  readonly args: readonly string[];
  /** what its environment has besides */
  readonly env?: Readonly<Record<string, string>>;
  /** the exit statuses that say that the work was done; 0 by default */
  readonly statuses?: readonly number[];
}

/**
 * Runs commands in turn, so that what slows the machine down meets all of them alike. A shell starts them: from a
 * process as large as this one every start would take longer, for both sides, and flatter us.
 * @returns for each command the wall time of every run, in milliseconds
 * @throws Error if one does not end as it should
 */
export function wallTimes(runs: number, sides: readonly Side[]): number[][] {
  const each = sides.map(({ command, args, env = {} }) => {
    const set = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`);
    const words = [...set, ...[command, ...args].map(quoted)].join(' ');
    return `time { ${words} </dev/null >/dev/null 2>&1; status=$?; }; echo "$status" >&2`;
  });
  const script = `TIMEFORMAT=%R\nfor run in $(seq ${runs}); do\n${each.join('\n')}\ndone\n`;
  const { status, stderr, error } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  if (error) throw error;
  const lines = stderr.trim().split('\n');
  if (status !== 0 || lines.length !== runs * sides.length * 2)
    throw new Error(`bash: ${stderr.slice(0, 500)}`);
  return sides.map(({ command, statuses = [0] }, side) =>
    Array.from({ length: runs }, (_, run) => {
      const at = (run * sides.length + side) * 2;
      if (!statuses.includes(Number(lines[at + 1])))
        throw new Error(`${command} ended with ${lines[at + 1]}`);
      return Number(lines[at]) * 1000;
    }),
  );
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The middle one of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError('no figures');
  return (low + high) / 2;
}
