import { execFile, spawn, type ExecFileException } from 'node:child_process';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import fs from 'fs-extra';
import type { Probe, WatchedMachine } from './machine.js';
import type { CommandResult } from './system.js';

/** Long enough for a busy daemon; one that hangs must not keep anybody waiting. */
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** A plain user's PATH, and some of cron's, have no room for iptables-save. */
const SBIN = '/usr/local/sbin:/usr/sbin:/sbin';
/** A packet that nobody answers must not hide for long that the next one would be answered. */
const CONNECT_MS = 100;
const COMMAND_MS = 2_000;

/** This machine. */
export function liveMachine(): WatchedMachine {
  return {
    isRoot: process.geteuid?.() === 0,
    ask: (command, timeoutMs = TIMEOUT_MS) => run(command, Math.min(timeoutMs, TIMEOUT_MS)),
    read: (path) => {
      try {
        return fs.readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    now: () => Number(process.hrtime.bigint() / 1000n),
    wait: async (milliseconds) => {
      await sleep(milliseconds);
    },
    restart: (unit, timeoutMs) => run(['systemctl', 'restart', '--', unit], timeoutMs),
    answers: (probe) => ('command' in probe ? succeeds(probe.command) : connects(probe)),
    addresses: () =>
      Object.values(networkInterfaces())
        .flatMap((all) => all ?? [])
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => address),
  };
}

/** Runs a command to its end, in English and without a pager, while this process does other things. */
function run([command = '', ...args]: readonly string[], timeoutMs: number): Promise<CommandResult> {
  return new Promise((resolve) => {
    const options = {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_BYTES,
      env: environment(),
    } as const;
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (!error) resolve({ status: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr });
      else resolve({ status: null, stdout: '', stderr: `${command} ${whyNot(error)}` });
    });
    child.stdin?.end();
  });
}

function whyNot({ code, killed, signal, message }: ExecFileException): string {
  if (code === 'ENOENT') return 'is not installed';
  if (killed === true && signal === 'SIGKILL') return 'does not answer';
  return message;
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:${SBIN}`,
    LC_ALL: 'C',
    SYSTEMD_PAGER: '',
    SYSTEMD_COLORS: '0',
  };
}

function connects({ address, port }: Exclude<Probe, { command: string }>): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (answers: boolean): void => {
      socket.destroy();
      resolve(answers);
    };
    socket.setTimeout(CONNECT_MS, () => {
      end(false);
    });
    socket.once('connect', () => {
      end(true);
    });
    socket.once('error', () => {
      end(false);
    });
  });
}

/** A command of the user's own, by their shell's rules; all that it started ends with it. */
function succeeds(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], { stdio: 'ignore', detached: true });
    const timer = setTimeout(() => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }, COMMAND_MS);
    const end = (answers: boolean): void => {
      clearTimeout(timer);
      resolve(answers);
    };
    child.once('error', () => {
      end(false);
    });
    child.once('exit', (status) => {
      end(status === 0);
    });
  });
}
