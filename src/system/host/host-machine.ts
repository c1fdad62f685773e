// A question keeps this process waiting: before the next one, what has ended meanwhile is noticed.
import { setImmediate as othersTurn, setTimeout as sleep } from 'node:timers/promises';
import { commandLine, quoted, wholeScript } from '../../syntax/shell.js';
import type { Probe, WatchedMachine } from '../system.js';
import type { Hello } from './hello.js';
import type { Ssh } from './ssh.js';

/** As for this machine, see liveMachine(), with the way there and back. */
const TIMEOUT_MS = 10_000;
const CONNECT_S = 0.1;
const COMMAND_S = 2;

/** Another machine, asked by ssh. What it measures is later here by the time of one answer. */
export function hostMachine(ssh: Ssh, hello: Hello): WatchedMachine {
  const began = clock();
  return {
    isRoot: hello.isRoot,
    ask: async (command, timeoutMs = TIMEOUT_MS) => {
      await othersTurn();
      return ssh.run(wholeScript(`exec ${commandLine(command)}`), Math.min(timeoutMs, TIMEOUT_MS));
    },
    read: (path) => {
      const { status, stdout } = ssh.run(wholeScript(`exec cat -- ${quoted(path)} 2>/dev/null`), TIMEOUT_MS);
      return status === 0 ? stdout : undefined;
    },
    now: () => hello.now + clock() - began,
    wait: async (milliseconds) => {
      await sleep(milliseconds);
    },
    restart: (unit, timeoutMs) =>
      ssh.start(wholeScript(`exec systemctl restart -- ${quoted(unit)} </dev/null`), timeoutMs),
    answers: async (probe) => {
      await othersTurn();
      return ssh.run(wholeScript(`exec ${asking(probe)} >/dev/null 2>&1`), TIMEOUT_MS).status === 0;
    },
    addresses: () => {
      const { stdout } = ssh.run(wholeScript('exec ip -o -4 address show scope global'), TIMEOUT_MS);
      return [...stdout.matchAll(/ inet ([0-9.]+)\//g)].map(([, address]) => address ?? '');
    },
  };
}

/** In microseconds. */
function clock(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** From there, as on the machine itself; bash can connect, and is where Docker is. */
function asking(probe: Probe): string {
  return 'command' in probe
    ? `timeout ${COMMAND_S} sh -c ${quoted(probe.command)}`
    : `timeout ${CONNECT_S} bash -c ${quoted(`exec 3<>/dev/tcp/${probe.address}/${probe.port}`)}`;
}
