import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Io } from '../../src/cli/io.js';
import { Progress } from '../../src/cli/terminal.js';

const clock = Date.now;
let now = 0;
beforeEach(() => {
  now = 1_000_000;
  Date.now = () => now;
});
afterEach(() => {
  Date.now = clock;
});

/** What a terminal gets if each of so many steps takes so long. */
function shown(steps: number, milliseconds: number, errIsTerminal = true): string[] {
  const said: string[] = [];
  const progress = new Progress({ errIsTerminal, err: (text: string) => void said.push(text) } as Io, steps);
  for (let step = 0; step < steps; step++) {
    now += milliseconds;
    progress.step();
  }
  progress.end();
  return said;
}

test('nothing within the first second, and nothing but on a terminal', () => {
  expect(shown(9, 110)).toEqual([]);
  expect(shown(9, 1000, false)).toEqual([]);
});

test('then how far it is, cleared before anything else is printed', () => {
  const clear = '\r\u001b[K';
  expect(shown(3, 600)).toEqual(['2 of 3', clear, '3 of 3', clear]);
});

test('ten times a second at most', () => {
  expect(shown(3000, 1).filter((text) => text.includes(' of ')).length).toBeLessThanOrEqual(21);
});
