import { expect } from '@jest/globals';

/**
 * Fails if something takes more than `milliseconds` of a processor, however busy the machine is. The bound is far above
 * what linear work takes, and far below what backtracking takes at the same size.
 */
export function within<Result>(milliseconds: number, work: () => Result): Result {
  const began = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(began);
  expect((user + system) / 1000).toBeLessThan(milliseconds);
  return result;
}
