import { EXIT, type ExitStatus } from '../errors.js';
import { forTerminal, printableLines } from '../report/printable.js';
import { openSystem } from '../system/open-system.js';
import { isTerminal, Output } from '../system/stdio.js';
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
function end(status: ExitStatus): void {
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
};

main(process.argv.slice(2), io).then(end, (error: unknown) => {
  // An unexpected error must not look like a result: Node.js itself would end with 1.
  const stack = error instanceof Error ? error.stack : undefined;
  io.err(`unit-patch: internal error, please report it: ${printableLines(stack ?? String(error))}\n`);
  end(EXIT.usage);
});
