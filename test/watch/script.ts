import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whyNoProgram } from '../helpers/where.js';

/** The script as the package has it. */
export const SCRIPT = join(import.meta.dirname, '../../templates/docker/watch.sh');

/** Why its functions cannot be tried here. */
export const whyNoScript = whyNoProgram('bash', 'awk', 'timeout');

/** The generations of docker whose rules were recorded, each with a firewall and rules of an administrator's. */
export const GENERATIONS = ['20.10', '26.1', '28.5'] as const;

/** What iptables-save printed there: before a restart of the firewall, and after it. */
export function recorded(docker: string, moment: 'whole' | 'lost'): string {
  return readFileSync(join(import.meta.dirname, 'recorded', `docker-${docker}.${moment}`), 'utf8');
}

/** What the script noted as whole, and what it finds now. */
export interface Moments {
  readonly whole: string;
  readonly now: string;
}

const LOOKS = 'saved[iptables]=$WHOLE; keep; saved[iptables]=$NOW; now=$(dockers iptables)';

/** Has the script note one state and look at another one, and then do something; returns the lines of its answer. */
export function ask({ whole, now }: Moments, what: string): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'unit-patch-watch-'));
  try {
    const text = execFileSync('bash', ['-c', `source "$1"; ${LOOKS}; ${what}; true`, 'bash', SCRIPT], {
      cwd: directory,
      env: { PATH: process.env.PATH, WHOLE: whole, NOW: now },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return text.split('\n').filter((line) => line !== '');
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A recorded text without the lines that a pattern matches. */
export function without(text: string, pattern: RegExp): string {
  return text
    .split('\n')
    .filter((line) => !pattern.test(line))
    .join('\n');
}
