import { describe, expect, test } from '@jest/globals';
import { secondsToWait, startLimitOf } from '../../src/prove/start-limit.js';

describe('the limit that systemctl shows', () => {
  test.each<[string, string, object | undefined]>([
    ['1min', '3', { interval: 60, burst: 3 }],
    ['10s', '5', { interval: 10, burst: 5 }],
    ['1min 30s', '3', { interval: 90, burst: 3 }],
    ['500ms', '1', { interval: 0.5, burst: 1 }],
    ['1h 5min', '2', { interval: 3900, burst: 2 }],
    ['0', '5', undefined],
    ['infinity', '5', undefined],
    ['10s', '0', undefined],
    ['', '', undefined],
    ['soon', '5', undefined],
  ])('%s and %s', (StartLimitIntervalUSec, StartLimitBurst, limit) => {
    const found = startLimitOf({ Id: 'docker.service', StartLimitIntervalUSec, StartLimitBurst });
    expect(found).toEqual(limit && { unit: 'docker.service', ...limit });
  });
});

describe('how long to wait for one more start', () => {
  const limit = { unit: 'docker.service', interval: 60, burst: 3 };
  test.each<[string, number[], number]>([
    ['nothing was started', [], 0],
    ['there is room for one more', [990, 980], 0],
    ['it is used up: until the first one is old enough', [950, 980, 990], 11],
    ['what is older does not count', [900, 930, 980, 990], 0],
    ['the order does not matter', [990, 980, 950], 11],
    ['more than there may be: until there is room again', [945, 950, 980, 990], 11],
  ])('%s', (_, starts, wait) => {
    expect(secondsToWait(limit, starts, 1000)).toBe(wait);
  });
});
