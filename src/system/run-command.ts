import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { basename } from 'node:path';
import { errorCode } from '../errors.js';
import { cleanEnvironment } from './clean-environment.js';
import { fileOfCommand } from './find-command.js';
import type { CommandResult } from './system.js';

/** What spawnSync() gives; a command that could not be started printed nothing, not even an empty string. */
type Ended = Omit<SpawnSyncReturns<string>, 'stdout'> & { readonly stdout: string | null };

/**
 * Runs a command to its end, in an environment of its own; see fileOfCommand() and cleanEnvironment().
 * @param timeoutMs after so long it is killed, in a way that it cannot refuse
 */
export function runCommand([command, ...args]: [string, ...string[]], timeoutMs: number): CommandResult {
  const found = fileOfCommand(command);
  if ('why' in found) return { status: null, stdout: '', stderr: `${command} ${found.why}` };
  const result: Ended = spawnSync(found.file, args, {
    encoding: 'utf8',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { status, signal, error } = result;
  const ended = !error && signal === null;
  const stdout = result.stdout ?? '';
  if (ended) return { status, stdout, stderr: result.stderr };
  const why = `${basename(command)} ${args[0] ?? ''} ${whyNot(result, timeoutMs)}`;
  return { status: null, stdout, stderr: why };
}

function whyNot({ error, signal }: Ended, timeoutMs: number): string {
  if (!error) return `was ended by ${signal ?? 'a signal'}`;
  if (errorCode(error) === 'ETIMEDOUT') return `did not end within ${timeoutMs / 1000} s, and was killed`;
  if (errorCode(error) === 'ENOBUFS') return 'printed without end, and was killed';
  return `could not be started: ${error.message}`;
}
