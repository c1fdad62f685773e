/** Which of so many things that could happen now happens first, from 0 on. */
export type Choice = (count: number) => number;

/**
 * Orders in which what can run at the same time runs: always the oldest, always the newest, and a few mixtures that are the
 * same each time. Where they lead to different ends, the files do not decide which.
 */
export const SCHEDULES: readonly (() => Choice)[] = [
  () => () => 0,
  () => (count) => count - 1,
  ...[1, 2, 3].map((seed) => () => mixture(seed)),
];

/** A linear congruential generator: it need not be good, only the same each time. */
function mixture(seed: number): Choice {
  let state = seed;
  return (count) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state >> 8) % count;
  };
}
