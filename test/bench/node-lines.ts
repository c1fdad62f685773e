import { spawnSync } from 'node:child_process';
import path from 'node:path';

/** The oldest line that the package allows, and those that are maintained. */
const LINES = [20, 22, 24, 26];

/** One line of Node.js. */
export interface NodeLine {
  readonly version: string;
  /** its program */
  readonly command: string;
}

/**
 * Each line of Node.js, as the registry has it.
 * @param directory where they are installed
 * @throws Error if one cannot be installed, or does not run here
 */
export function nodeLines(directory: string): NodeLine[] {
  const packages = LINES.map((line) => `node${line}@npm:node-linux-${process.arch}@${line}`);
  succeed('npm', ['install', '--prefix', directory, '--no-save', '--no-audit', '--no-fund', ...packages]);
  return LINES.map((line) => {
    const command = path.join(directory, `node_modules/node${line}/bin/node`);
    return { command, version: succeed(command, ['--version']).trim().slice(1) };
  });
}

function succeed(command: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error ?? status !== 0) throw error ?? new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout;
}
