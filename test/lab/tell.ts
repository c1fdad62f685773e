import { test } from '@jest/globals';

// Straight to the terminal: Jest would put a stack trace below every line of console.log().
const isTold = process.env.UNIT_PATCH_LAB_TELL === '1';

/** Says something to whoever runs `npm run lab`. */
export function tell(text: string): void {
  if (isTold) process.stdout.write(`${text}\n`);
}

/** A test that is a step of a story: it tells what it saw, and how long it took. */
export function step(name: string, body: () => Promise<string | undefined>, milliseconds = 60_000): void {
  test(
    name,
    async () => {
      const start = Date.now();
      const saw = await body();
      tell(`${String(Date.now() - start).padStart(7)} ms  ${name}${saw === undefined ? '' : `: ${saw}`}`);
    },
    milliseconds,
  );
}

/** Rows of cells as lines of equal columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
