import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type ActiveState,
  isRedundant,
  jobFor,
  type JobType,
  mergedJob,
  reverses,
  type Verb,
} from '../../src/transactions/job.js';

const STATES: readonly ActiveState[] = [
  'inactive',
  'failed',
  'activating',
  'active',
  'reloading',
  'deactivating',
];
const TYPES: readonly JobType[] = ['start', 'verify-active', 'stop', 'reload', 'restart'];

describe('the job of a verb: job_type_collapse()', () => {
  test.each<[Verb, ActiveState, boolean, JobType | undefined]>([
    ['restart', 'inactive', true, 'restart'],
    ['try-restart', 'active', true, 'restart'],
    ['try-restart', 'activating', true, 'restart'],
    ['try-restart', 'failed', true, undefined],
    ['try-restart', 'deactivating', true, undefined],
    ['reload-or-restart', 'active', true, 'reload'],
    ['reload-or-restart', 'active', false, 'restart'],
    ['reload-or-restart', 'inactive', true, 'start'],
    ['try-reload-or-restart', 'active', true, 'reload'],
    ['try-reload-or-restart', 'active', false, 'restart'],
    ['try-reload-or-restart', 'inactive', true, undefined],
  ])('%s of a unit that is %s (can be reloaded: %s): %s', (verb, state, canReload, job) => {
    expect(jobFor(verb, state, canReload)).toBe(job);
  });
});

describe('two jobs of one unit: job_type_merge_and_collapse()', () => {
  test.each<[JobType, JobType, ActiveState, JobType | undefined]>([
    ['start', 'verify-active', 'inactive', 'start'],
    ['start', 'restart', 'active', 'restart'],
    ['reload', 'restart', 'active', 'restart'],
    ['start', 'reload', 'inactive', 'start'],
    ['start', 'reload', 'active', 'reload'],
    ['verify-active', 'reload', 'active', 'reload'],
    ['stop', 'start', 'active', undefined],
    ['stop', 'restart', 'active', undefined],
    ['stop', 'stop', 'active', 'stop'],
  ])('%s and %s of a unit that is %s: %s', (one, other, state, merged) => {
    expect(mergedJob(one, other, state)).toBe(merged);
  });

  const type = fc.constantFrom(...TYPES);
  const state = fc.constantFrom(...STATES);

  test('the order of the two makes no difference, and what is merged once merges with its parts', () => {
    fc.assert(
      fc.property(type, type, state, (one, other, now) => {
        const merged = mergedJob(one, other, now);
        expect(mergedJob(other, one, now)).toBe(merged);
        if (merged !== undefined) expect(mergedJob(merged, one, now)).toBe(merged);
      }),
    );
  });
});

test('a queued job is reversed only by one that cannot be merged with it', () => {
  expect(reverses('stop', 'start', 'active')).toBe(true);
  expect(reverses('start', 'stop', 'inactive')).toBe(true);
  expect(reverses('start', 'restart', 'active')).toBe(false);
  expect(reverses(undefined, 'stop', 'active')).toBe(false);
});

test('a job that changes nothing is dropped, a restart never', () => {
  expect(isRedundant('start', 'active')).toBe(true);
  expect(isRedundant('stop', 'failed')).toBe(true);
  expect(isRedundant('stop', 'deactivating')).toBe(false);
  for (const state of STATES) expect(isRedundant('restart', state)).toBe(false);
});
