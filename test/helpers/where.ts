import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from '@jest/globals';

/**
 * Describes tests that only some machines can run: they are skipped with the reason why not, and
 * where UNIT_PATCH_NO_SKIP=1 promises a fit machine, the reason is a failure.
 */
export function describeWhere(whyNot: string | undefined, name: string, body: () => void): void {
  if (whyNot === undefined) {
    describe(name, body);
  } else if (process.env.UNIT_PATCH_NO_SKIP === '1') {
    test(name, () => {
      throw new Error(`must not be skipped here: ${whyNot}`);
    });
  } else {
    // The skipped test carries the reason, since Jest prints no other.
    describe.skip(name, () => {
      test(`skipped: ${whyNot}`, () => undefined);
    });
  }
}

/** Which of these programs is not installed here, or undefined if all are. */
export function whyNoProgram(...names: readonly string[]): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter);
  const missing = names.find((name) => !directories.some((directory) => existsSync(join(directory, name))));
  return missing === undefined ? undefined : `${missing} is not installed`;
}
