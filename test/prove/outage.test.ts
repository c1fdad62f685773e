import { describe, expect, test } from '@jest/globals';
import { type Attempt, outageOf } from '../../src/prove/outage.js';

/** An attempt every 20 ms: `+` is answered, `-` is not. */
const attempts = (text: string): Attempt[] =>
  Array.from(text, (sign, at) => ({ at: at * 20_000, answered: sign === '+' }));

describe('an outage lasts from the last answer before it to the first one after it', () => {
  test.each<[string, number | undefined, boolean]>([
    ['', undefined, true],
    ['+++', undefined, true],
    ['+-+', 40, true],
    ['++---++', 80, true],
    ['+-++---+', 80, true],
    ['+---+-+', 80, true],
    ['+----', 80, false],
    ['+---+--', 40, false],
    ['---', 40, false],
  ])('%j: %s ms, over: %s', (text, milliseconds, isOver) => {
    const outage = outageOf(attempts(text));
    expect(outage?.milliseconds).toBe(milliseconds);
    expect(outage?.isOver ?? true).toBe(isOver);
  });
});
