import type { ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { errorCode } from '../errors.js';
import { fileOfCommand, safePath } from './find-command.js';
import type { CommandResult } from './system.js';

/** Far more than any command here prints; endless output must not fill the memory. In bytes. */
export const OUTPUT_MAX = 64 * 1024 * 1024;

/** A command and its arguments; a name without a slash is looked for, see searchCommand(). */
export type CommandWords = readonly [command: string, ...args: string[]];

/** What a command is given besides its arguments. */
export interface GivenInput {
  /** standard input; without it there is none */
  readonly input?: Uint8Array | undefined;
  /** variables besides those that every command inherits */
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** How to run a command while this process does other things. */
export interface StartOptions extends GivenInput {
  /** in its own process group, which a time-out ends as a whole; its output is discarded */
  readonly isGroup?: boolean;
}

/** A command that has ended, or could not be started: then its output is null. */
interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly error?: Error | undefined;
  readonly stdout: string | null;
  readonly stderr: string | null;
}

/** Loaded by the first command, since a plan for an image starts none. */
const childProcess = (): typeof import('node:child_process') =>
  process.getBuiltinModule('node:child_process');

/**
 * Runs a command to its end, in an environment of its own, see cleanEnvironment(); this process waits.
 * @param timeoutMs after this time it is killed with SIGKILL
 */
export function runCommand(
  line: CommandWords,
  timeoutMs: number,
  { input, env }: GivenInput = {},
): CommandResult {
  const [command, ...args] = line;
  const found = fileOfCommand(command);
  if ('why' in found) return { status: null, stdout: '', stderr: `${command} ${found.why}` };
  const ended: Ended = childProcess().spawnSync(found.file, args, {
    encoding: 'utf8',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: OUTPUT_MAX,
    env: { ...cleanEnvironment(), ...env },
    ...(input ? { input } : { stdio: ['ignore', 'pipe', 'pipe'] }),
  });
  return resultOf(line, ended, timeoutMs);
}

/** Runs a command as runCommand() does, while this process does other things. */
export async function startCommand(
  line: CommandWords,
  timeoutMs: number,
  { isGroup = false, input, env }: StartOptions = {},
): Promise<CommandResult> {
  const [command, ...args] = line;
  const found = fileOfCommand(command);
  if ('why' in found) return { status: null, stdout: '', stderr: `${command} ${found.why}` };
  const child = childProcess().spawn(found.file, args, {
    env: { ...cleanEnvironment(), ...env },
    stdio: isGroup ? 'ignore' : [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    detached: isGroup,
  });
  // One that ends without reading is judged by its status.
  child.stdin?.once('error', () => undefined).end(input);
  return resultOf(line, await endOf(child, timeoutMs, isGroup), timeoutMs);
}

/** Waits until a command has ended; one that takes too long or prints too much is killed. */
function endOf(child: ChildProcess, timeoutMs: number, isGroup: boolean): Promise<Ended> {
  return new Promise((resolve) => {
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    let size = 0;
    let error: Error | undefined;
    const end = (status: number | null, signal: NodeJS.Signals | null): void => {
      clearTimeout(timer);
      resolve({ status, signal, error, stdout: textOf(out), stderr: textOf(err) });
    };
    const stop = (code: string): void => {
      error ??= Object.assign(new Error(code), { code });
      kill(child, isGroup);
    };
    const keep = (chunks: Buffer[], chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size > OUTPUT_MAX) stop('ENOBUFS');
    };
    const timer = setTimeout(stop, timeoutMs, 'ETIMEDOUT');
    child.stdout?.on('data', (chunk: Buffer) => {
      keep(out, chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      keep(err, chunk);
    });
    child.once('close', end);
    child.once('error', (why) => {
      error ??= why;
      end(null, null);
    });
  });
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString();

/** A process that the command has started may keep its output open, though nobody reads it any more. */
function kill(child: ChildProcess, isGroup: boolean): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  try {
    if (isGroup && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

function resultOf([command, action = '']: CommandWords, ended: Ended, timeoutMs: number): CommandResult {
  const { status, signal, error } = ended;
  const stdout = ended.stdout ?? '';
  if (!error && signal === null) return { status, stdout, stderr: ended.stderr ?? '' };
  return { status: null, stdout, stderr: `${basename(command)} ${action} ${whyNot(ended, timeoutMs)}` };
}

function whyNot({ error, signal }: Ended, timeoutMs: number): string {
  if (!error) return `was ended by ${signal ?? 'a signal'}`;
  if (errorCode(error) === 'ETIMEDOUT') return `did not end within ${timeoutMs / 1000} s, and was killed`;
  if (errorCode(error) === 'ENOBUFS') return 'printed without end, and was killed';
  return `could not be started: ${error.message}`;
}

/**
 * The variables that a command inherits. Any other may change what it prints or runs: LD_PRELOAD, BASH_ENV,
 * NODE_OPTIONS, SYSTEMD_LOG_LEVEL, DBUS_SYSTEM_BUS_ADDRESS … SYSTEMD_IGNORE_CHROOT is how an administrator tells
 * systemctl that the manager can be reached from a chroot.
 */
const KEPT = /^(?:LANG|LANGUAGE|LC_[A-Z]+|TERM|TZ|USER|LOGNAME|HOME|SYSTEMD_IGNORE_CHROOT)$/;

/**
 * The environment of every command that this program starts, in English and without a pager.
 * @param env the environment of this program
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
    return process.getBuiltinModule('node:os').userInfo().homedir;
  } catch {
    return '/root';
  }
}
