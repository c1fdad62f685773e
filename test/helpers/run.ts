import type { Io } from '../../src/cli/io.js';
import { main } from '../../src/cli/main.js';
import { openSystem } from '../../src/system/open-system.js';
import type { WatchedMachine } from '../../src/system/system.js';

/** The result of a run of the command. */
export interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A machine that answers nothing to a user who is not root. */
const NOBODY: WatchedMachine = {
  isRoot: false,
  ask: () => Promise.resolve({ status: null, stdout: '', stderr: 'not asked' }),
  read: () => undefined,
  now: () => 0,
  wait: () => Promise.resolve(),
  restart: () => Promise.reject(new Error('nothing is restarted')),
  answers: () => Promise.resolve(false),
  addresses: () => [],
};

/** Runs the command in this process. */
export async function run(argv: readonly string[], io: Partial<Io> = {}): Promise<Run> {
  let out = '';
  let err = '';
  const status = await main(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    ask: undefined,
    outIsTerminal: false,
    errIsTerminal: false,
    env: {},
    openSystem,
    // A test must not depend on the rules of this machine.
    machine: NOBODY,
    ...io,
  });
  return { status, out, err };
}
