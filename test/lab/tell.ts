import { appendFileSync } from 'node:fs';
import { test } from '@jest/globals';

// `npm run lab` names the file, and listens.
const events = process.env.UNIT_PATCH_LAB_EVENTS;

/** Says something to whoever runs `npm run lab`. */
export function tell(text: string): void {
  // Straight to the terminal: Jest would put a stack trace below every line of console.log().
  if (events !== undefined) process.stdout.write(`${text}\n`);
}

/** Says how long something took, and what it was. */
export function tellTime(milliseconds: number, what: string): void {
  tell(`${String(milliseconds).padStart(7)} ms  ${what}`);
}

/** Writes down a row for the table at the end of `npm run lab`. */
export function record(cells: readonly string[]): void {
  if (events !== undefined) appendFileSync(events, `${JSON.stringify(cells)}\n`);
}

/** A test that is a step of a story: it tells what it saw, and how long it took. */
export function step(name: string, body: () => Promise<string | undefined>): void {
  test(
    name,
    async () => {
      const start = Date.now();
      const saw = await body();
      tellTime(Date.now() - start, saw === undefined ? name : `${name}: ${saw}`);
    },
    60_000,
  );
}
