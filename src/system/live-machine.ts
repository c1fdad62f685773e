import fs from 'node:fs';
import { startCommand } from './run-command.js';
import type { Probe, WatchedMachine } from './system.js';

/** Long enough for a busy daemon; one that hangs must not keep anybody waiting. */
const TIMEOUT_MS = 5_000;
/** A packet that nobody answers must not hide for long that the next one would be answered. */
const CONNECT_MS = 100;
const COMMAND_MS = 2_000;

/** This machine. */
export function liveMachine(): WatchedMachine {
  return {
    isRoot: process.geteuid?.() === 0,
    ask: ([command = '', ...args], timeoutMs = TIMEOUT_MS) =>
      startCommand([command, ...args], Math.min(timeoutMs, TIMEOUT_MS)),
    read: (path) => {
      try {
        return fs.readFileSync(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    now: () => Number(process.hrtime.bigint() / 1000n),
    wait: async (milliseconds) => {
      const { setTimeout: sleep } = await import('node:timers/promises');
      await sleep(milliseconds);
    },
    restart: (unit, timeoutMs) => startCommand(['systemctl', 'restart', '--', unit], timeoutMs),
    answers: (probe) => ('command' in probe ? succeeds(probe.command) : connects(probe)),
    addresses: () =>
      Object.values(process.getBuiltinModule('node:os').networkInterfaces())
        .flatMap((all) => all ?? [])
        .filter(({ family, internal }) => family === 'IPv4' && !internal)
        .map(({ address }) => address),
  };
}

function connects({ address, port }: Exclude<Probe, { command: string }>): Promise<boolean> {
  return new Promise((resolve) => {
    // Loaded by the first one, since a plan connects to nothing.
    const socket = process.getBuiltinModule('node:net').connect({ host: address, port });
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
async function succeeds(command: string): Promise<boolean> {
  const { status } = await startCommand(['/bin/sh', '-c', command], COMMAND_MS, { isGroup: true });
  return status === 0;
}
