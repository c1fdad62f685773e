import readline from 'node:readline/promises';
import { openSystem } from '../system/open-system.js';
import { readStream } from '../system/read-input.js';
import { main } from './main.js';

/** Ctrl-D and Ctrl-C are no answer. */
async function ask(question: string): Promise<string> {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<undefined>((resolve) =>
    terminal.once('close', () => {
      resolve(undefined);
    }),
  );
  const answer = await Promise.race([terminal.question(question), closed]);
  if (answer === undefined) process.stderr.write('\n');
  terminal.close();
  return answer ?? '';
}

// A reader that goes away early, `| head` for example, is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  input: () => readStream(process.stdin),
  ask: process.stdin.isTTY ? ask : undefined,
  outIsTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  env: process.env,
  openSystem,
});
