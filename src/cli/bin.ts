import { EXIT, type ExitStatus } from '../errors.js';
import { hasProc } from '../files/proc.js';
import { forTerminal, printableLines } from '../report/printable.js';
import { openSystem } from '../system/open-system.js';
import { isTerminal, Output } from '../system/stdio.js';
import { THREAD } from '../system/worker-threads.js';
import type { RootChecks } from './check-roots.js';
import type { Io } from './io.js';
import { main } from './main.js';

/** Ctrl-D and Ctrl-C do not count as an answer. */
async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<undefined>((resolve) =>
    terminal.once('close', () => {
      resolve(undefined);
    }),
  );
  const answer = await Promise.race([terminal.question(forTerminal(question)), closed]);
  if (answer === undefined) process.stderr.write('\n');
  terminal.close();
  return answer ?? '';
}

const [out, err] = [new Output(1), new Output(2)];

/** The one place through which everything is printed. */
function print(output: Output, text: string): void {
  output.write(output.isTerminal ? forTerminal(text) : text);
}

/** Ends at once without the clean-up of Node.js; output that a slow reader has not taken yet is written first. */
function end(status: number | undefined): void {
  if (status === undefined) return;
  process.exitCode = status;
  if (!out.isWaiting && !err.isWaiting) process.exit();
}

const io: Io = {
  out: (text) => {
    print(out, text);
  },
  err: (text) => {
    print(err, text);
  },
  get ask() {
    return isTerminal(0) ? ask : undefined;
  },
  get outIsTerminal() {
    return out.isTerminal;
  },
  get errIsTerminal() {
    return err.isTerminal;
  },
  get size() {
    return err.size ?? out.size;
  },
  env: process.env,
  openSystem,
  get inThreads() {
    // See PinnedDirectory.
    return hasProc() ? inThreads : undefined;
  },
};

async function* inThreads<Answer>(given: unknown, tasks: readonly unknown[]): AsyncGenerator<Answer> {
  const { inThreads: share } = await import('../system/worker-threads.js');
  yield* share<Answer>(import.meta.filename, given, tasks);
}

/** @returns undefined in a thread, which serves until it is ended */
async function run(argv: readonly string[]): Promise<ExitStatus | undefined> {
  if (argv[0] === THREAD) {
    const [{ serve }, { rootChecker }] = await Promise.all([
      import('../system/worker-threads.js'),
      import('./check-roots.js'),
    ]);
    const isThread = serve((checks) => {
      const checkRoot = rootChecker(checks as RootChecks, io);
      return (roots) => (roots as string[]).flatMap(checkRoot);
    });
    if (isThread) return undefined;
  }
  return main(argv, io);
}

run(process.argv.slice(2)).then(end, (error: unknown) => {
  // An unexpected error must not look like a result: Node.js itself would end with 1.
  const stack = error instanceof Error ? error.stack : undefined;
  io.err(`unit-patch: internal error, please report it: ${printableLines(stack ?? String(error))}\n`);
  end(EXIT.usage);
});
