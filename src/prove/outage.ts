/** One attempt to reach something. */
export interface Attempt {
  /** when it was over, in microseconds */
  readonly at: number;
  readonly answered: boolean;
}

/** For how long nobody answered. */
export interface Outage {
  readonly milliseconds: number;
  /** whether somebody answers again; else it goes on */
  readonly isOver: boolean;
  /** the last answer before it, and the first after it, in microseconds */
  readonly from: number;
  readonly to: number;
}

/**
 * The longest time between two answers in which somebody asked in vain, or the one that goes on; undefined if
 * all were answered.
 * @param attempts in the order of time
 */
export function outageOf(attempts: readonly Attempt[]): Outage | undefined {
  const outages: Outage[] = [];
  let answered = attempts[0]?.at ?? 0;
  let inVain = false;
  const end = (to: number, isOver: boolean): Outage => {
    return { milliseconds: Math.round((to - answered) / 1000), isOver, from: answered, to };
  };
  for (const { at, answered: isAnswered } of attempts) {
    if (isAnswered && inVain) outages.push(end(at, true));
    if (isAnswered) answered = at;
    inVain = !isAnswered;
  }
  if (inVain) return end(attempts.at(-1)?.at ?? 0, false);
  return outages.sort((one, other) => other.milliseconds - one.milliseconds)[0];
}
