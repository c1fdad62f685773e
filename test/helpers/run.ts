import { main } from '../../src/cli/main.js';
import type { Io } from '../../src/cli/io.js';
import { openSystem } from '../../src/system/open-system.js';

/** What a run of the command came to. */
export interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

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
    ...io,
  });
  return { status, out, err };
}
