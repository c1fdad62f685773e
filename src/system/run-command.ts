import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { userInfo } from 'node:os';
import { basename } from 'node:path';
import { errorCode } from '../errors.js';
import { fileOfCommand, safePath } from './find-command.js';
import type { CommandResult } from './system.js';

/**
 * What a command may inherit. Everything else may change what it prints or runs: LD_PRELOAD, BASH_ENV, NODE_OPTIONS,
 * SYSTEMD_LOG_LEVEL, DBUS_SYSTEM_BUS_ADDRESS … SYSTEMD_IGNORE_CHROOT is how an administrator tells systemctl that the
 * manager can be reached from a chroot.
 */
const KEPT = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TERM|TZ|USER|LOGNAME|HOME|SYSTEMD_IGNORE_CHROOT)$/;

/**
 * The environment of every command that this program starts, in English and without a pager.
 * @param env what this program was started with
 */
export function cleanEnvironment(
  env: NodeJS.ProcessEnv = process.env,
  isRoot = process.geteuid?.() === 0,
): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name, value]) => KEPT.test(name) || isLocalEngine(name, value));
  return {
    ...Object.fromEntries(kept),
    // Some versions of sudo keep the HOME of the user, and docker runs the plugins that lie there.
    ...(isRoot ? { HOME: homeOfRoot() } : {}),
    PATH: safePath(env.PATH, isRoot),
    LC_ALL: 'C',
    SYSTEMD_PAGER: '',
    SYSTEMD_COLORS: '0',
  };
}

/** Another socket of this machine may be dockerd's; another machine's engine knows nothing of this one. */
function isLocalEngine(name: string, value: string | undefined): boolean {
  return name === 'DOCKER_HOST' && (value ?? '').startsWith('unix:///');
}

function homeOfRoot(): string {
  try {
    return userInfo().homedir;
  } catch {
    return '/root';
  }
}

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
