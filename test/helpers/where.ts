import { test } from '@jest/globals';

/** Whether CI demands that every test runs; then a missing tool is a failure. */
export const noSkip = process.env.UNIT_PATCH_NO_SKIP === '1';

/**
 * `test`, or where the machine lacks what it takes, a skipped test that says why.
 * @param reason undefined where everything is there
 */
export function testWhere(reason: string | undefined): typeof test | typeof test.skip {
  if (reason === undefined) return test;
  if (noSkip) throw new Error(`UNIT_PATCH_NO_SKIP=1, but ${reason}`);
  console.warn(`skipped: ${reason}`);
  return test.skip;
}
