import type { Transcript } from '../system.js';
import type { Talk } from './ssh.js';

/** How long a script may take for its steps, and for what it does once it has its answer. */
const PATIENCE_MS = 300_000;
const OUTPUT_MAX = 2 ** 20;

/**
 * Waits for a script that asks once, and answers it. Without an answer the script rolls back by itself, see host-script.ts.
 * @param talk the session in which it runs
 */
export function converse(talk: Talk, decide: (lines: readonly string[]) => boolean): Promise<Transcript> {
  let printed = '';
  let answer: Transcript['answer'];
  const lines = (): string[] => printed.split('\n').slice(0, -1);
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => talk.kill(), PATIENCE_MS);
    talk.stdout.setEncoding('utf8');
    talk.stdout.on('data', (text: string) => {
      printed += text;
      if (printed.length > OUTPUT_MAX) talk.kill();
      if (answer !== undefined || lines().at(-1) !== 'ask') return;
      try {
        answer = decide(lines().slice(0, -1)) ? 'keep' : 'undo';
      } catch (error) {
        // Its input ends, so it rolls back.
        talk.kill();
        reject(error instanceof Error ? error : new Error(String(error)));
        return;
      }
      talk.stdin.end(`${answer}\n`);
    });
    talk.once('error', reject);
    talk.once('close', () => {
      clearTimeout(patience);
      const all = lines();
      const isComplete = all.at(-1) === 'end';
      resolve({ lines: all.filter((line) => line !== 'ask' && line !== 'end'), answer, isComplete });
    });
  });
}
