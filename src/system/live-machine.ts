import fs from 'fs-extra';
import { execFile, type ExecFileException, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileOfCommand } from './find-command.js';
import { cleanEnvironment } from './run-command.js';
import type { CommandResult, Probe, WatchedMachine } from './system.js';

/** Long enough for a busy daemon; one that hangs must not keep anybody waiting. */
const TIMEOUT_MS = 5_000;
const MAX_BYTES = 64 * 1024 * 1024;
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

/** Runs a command to its end, in an environment of its own, while this process does other things. */
function run([command = '', ...args]: readonly string[], timeoutMs: number): Promise<CommandResult> {
  const found = fileOfCommand(command);
  if ('why' in found) return Promise.resolve({ status: null, stdout: '', stderr: `${command} ${found.why}` });
  return new Promise((resolve) => {
    const options = {
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_BYTES,
      env: cleanEnvironment(),
    } as const;
    const child = execFile(found.file, args, options, (error, stdout, stderr) => {
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
    const child = spawn('/bin/sh', ['-c', command], {
      stdio: 'ignore',
      detached: true,
      env: cleanEnvironment(),
    });
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
