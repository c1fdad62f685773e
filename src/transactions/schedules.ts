/** Which of so many things that could happen now happens first, from 0 on. */
export type Choice = (count: number) => number;

/**
 * Has something happen in several orders of what can run at the same time: always the oldest first, always the newest, and
 * a few mixtures that are the same each time. Where they lead to different ends, the files do not decide which.
 * @returns what comes of each order; two suffice where a single choice between two was open
 */
export function* inSeveralOrders<Result>(run: (chooses: Choice) => Result): Generator<Result> {
  const open: number[] = [];
  for (const [at, schedule] of SCHEDULES.entries()) {
    const chooses = schedule();
    const before = open.length;
    yield run((count) => {
      open.push(count);
      return chooses(count);
    });
    const isSettled = open.slice(before).reduce((ways, count) => ways * count, 1) <= 2;
    if (at === 1 && isSettled) return;
  }
}

const SCHEDULES: readonly (() => Choice)[] = [
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
