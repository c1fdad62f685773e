import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { type Service, serviceOf, StartCount, startsAgain } from '../../src/transactions/service.js';
import { loadUnit } from '../../src/units/loader.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const serviceFrom = (text: string): Service | undefined =>
  serviceOf(loadUnit(openRoot(makeRoot({ '/usr/lib/systemd/system/a.service': text })), 'a.service'));

describe('when a start is through: systemd.service(5), Type=', () => {
  test.each([
    ['[Service]\nExecStart=/bin/a\n', 'at-once'],
    ['[Service]\nType=notify\nExecStart=/bin/a\n', 'when-ready'],
    ['[Service]\nType=forking\nExecStart=/bin/a\n', 'commands'],
    ['[Service]\nType=oneshot\nExecStart=/bin/a\n', 'commands'],
    ['[Service]\nExecStop=/bin/a\nRemainAfterExit=yes\n', 'commands'],
  ])('%j: %s', (text, startType) => {
    expect(serviceFrom(text)?.startType).toBe(startType);
  });
});

describe('how often a service may be started: systemd.unit(5), StartLimitBurst=', () => {
  test.each([
    ['', 5, 10],
    ['[Unit]\nStartLimitBurst=3\nStartLimitIntervalSec=1min 30s\n', 3, 90],
    ['[Unit]\nStartLimitIntervalSec=0\n', 0, 0],
    ['[Service]\nStartLimitBurst=2\nStartLimitInterval=500ms\n', 2, 0.5],
  ])('%j: %s times in %s s', (text, burst, interval) => {
    expect(serviceFrom(`${text}[Service]\nExecStart=/bin/a\n`)).toMatchObject({ burst, interval });
  });

  test('the time runs from the first start on: ratelimit_below()', () => {
    const starts = new StartCount({ burst: 2, interval: 10 });
    expect([0, 9, 11, 12].map((now) => starts.count(now))).toEqual([
      'allowed',
      'allowed',
      'allowed',
      'allowed',
    ]);
  });

  test('one more is too many, and time forgives', () => {
    const starts = new StartCount({ burst: 2, interval: 10 });
    expect([0, 1, 2, 20].map((now) => starts.count(now))).toEqual([
      'allowed',
      'allowed',
      'too-many',
      'allowed',
    ]);
  });

  test('a start that is tried while the unit is being stopped may count more than once', () => {
    const starts = new StartCount({ burst: 3, interval: 10 });
    starts.isTried();
    expect(starts.count(0)).toBe('unsure');
  });
});

test('Restart= has a service started again, by how it has ended', () => {
  const again = (restart: string): boolean[] =>
    [true, false].map((hasFailed) => {
      const service = serviceFrom(`[Service]\nExecStart=/bin/a\nRestart=${restart}\n`);
      return service !== undefined && startsAgain(service, hasFailed);
    });
  expect(again('no')).toEqual([false, false]);
  expect(again('on-failure')).toEqual([true, false]);
  expect(again('on-success')).toEqual([false, true]);
  expect(again('always')).toEqual([true, true]);
});
