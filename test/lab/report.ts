import { appendFileSync } from 'node:fs';
import { test } from '@jest/globals';

// `npm run lab` names the file for the rows of its table.
const events = process.env.UNIT_PATCH_LAB_EVENTS;

/** Prints a line for the person who runs `npm run lab`. */
export function printLine(text: string): void {
  // It writes straight to the terminal: Jest would put a stack trace below every line of console.log().
  if (events !== undefined) process.stdout.write(`${text}\n`);
}

/** Prints how long a step took, and its name. */
export function printTime(milliseconds: number, what: string): void {
  printLine(`${String(milliseconds).padStart(7)} ms  ${what}`);
}

/** Writes down a row for the table at the end of `npm run lab`. */
export function record(cells: readonly string[]): void {
  if (events !== undefined) appendFileSync(events, `${JSON.stringify(cells)}\n`);
}

/** A test that is a step of a story: it prints what it saw, and how long it took. Only what hangs is ended: machines differ. */
export function step(name: string, body: () => Promise<string | undefined>, patience = 240_000): void {
  test(
    name,
    async () => {
      const start = Date.now();
      const saw = await body();
      printTime(Date.now() - start, saw === undefined ? name : `${name}: ${saw}`);
    },
    patience,
  );
}
