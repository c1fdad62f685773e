import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const PROBE = `
process.on('exit', () => {
  require('node:fs').writeFileSync(process.env.UNIT_PATCH_RSS, String(process.resourceUsage().maxRSS));
});
`;

/**
 * The most memory that a run of Node.js held at once.
 * @param directory where a file may lie for the while
 * @returns in KiB
 */
export function memoryOf(
  args: readonly string[],
  directory: string,
  statuses: readonly number[] = [0],
): number {
  const probe = path.join(directory, 'probe.cjs');
  const answer = path.join(directory, 'rss');
  writeFileSync(probe, PROBE);
  const { status } = spawnSync(process.execPath, ['--require', probe, ...args], {
    stdio: 'ignore',
    env: { ...process.env, UNIT_PATCH_RSS: answer },
  });
  if (!statuses.includes(status ?? -1))
    throw new Error(`${args.join(' ').slice(0, 200)} ended with ${status}`);
  return Number(readFileSync(answer, 'utf8'));
}
