import readline from 'node:readline/promises';
import { openSystem } from '../system/open-system.js';
import { main } from './main.js';

async function ask(question: string): Promise<string> {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stderr });
  // The end of the input, Ctrl-D, is no answer.
  const end = new Promise<string>((resolve) =>
    terminal.once('close', () => {
      resolve('');
    }),
  );
  const answer = await Promise.race([terminal.question(question), end]);
  terminal.close();
  return answer;
}

// A reader that goes away early, `| head` for example, is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  ask: process.stdin.isTTY ? ask : undefined,
  outIsTerminal: process.stdout.isTTY,
  errIsTerminal: process.stderr.isTTY,
  env: process.env,
  openSystem,
});
