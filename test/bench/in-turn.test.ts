import { expect, test } from '@jest/globals';
import { describeWhere, whyNoProgram } from '../helpers/where.js';
import { median, wallTimes } from './in-turn.js';

describeWhere(whyNoProgram('bash'), 'wallTimes()', () => {
  test('times each command the given number of times', () => {
    const [fast = [], slow = []] = wallTimes(3, [
      { command: 'true', args: [] },
      { command: 'sleep', args: ['0.05'] },
    ]);
    expect([fast.length, slow.length]).toEqual([3, 3]);
    expect(Math.min(...slow)).toBeGreaterThanOrEqual(50);
  });

  test('hands words on as they are', () => {
    const compare = { command: 'test', args: [`it's "$HOME"`, '=', 'it\'s "$HOME"'] };
    expect(wallTimes(1, [compare])).toHaveLength(1);
  });

  test('sets in its environment what is wanted', () => {
    const args = ['-c', 'test "$WORD" = "it\'s here"'];
    expect(wallTimes(1, [{ command: 'bash', args, env: { WORD: "it's here" } }])).toHaveLength(1);
    expect(() => wallTimes(1, [{ command: 'bash', args }])).toThrow('bash ended with 1');
  });

  test('fails if a command does not end as it should', () => {
    expect(() => wallTimes(1, [{ command: 'false', args: [] }])).toThrow('false ended with 1');
    expect(() => wallTimes(1, [{ command: 'no-such-command', args: [] }])).toThrow('ended with 127');
    expect(wallTimes(1, [{ command: 'false', args: [], statuses: [1] }])).toHaveLength(1);
  });
});

test('median() is the middle one, or lies between the two', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
  expect(() => median([])).toThrow(RangeError);
});
