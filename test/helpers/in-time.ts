import { expect } from '@jest/globals';

/**
 * Fails if something takes longer than `milliseconds`. The bound is far above what linear work takes on a busy
 * machine, and far below what backtracking takes at the same size.
 */
export function within<Result>(milliseconds: number, work: () => Result): Result {
  const began = performance.now();
  const result = work();
  expect(performance.now() - began).toBeLessThan(milliseconds);
  return result;
}
