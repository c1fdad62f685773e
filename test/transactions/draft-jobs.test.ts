import { describe, expect, test } from '@jest/globals';
import { DraftJobs } from '../../src/transactions/draft-jobs.js';

describe('the jobs of a transaction', () => {
  test('go with what brought them along, and take along what cannot do without them', () => {
    const drafts = new DraftJobs();
    const [docker, gate, log] = ['docker', 'gate', 'log'].map((unit, number) =>
      drafts.add({ unit, number }, 'start', []),
    );
    if (!docker || !gate || !log) throw new Error('no jobs');
    drafts.link(docker, gate, true, false);
    drafts.link(gate, log, false, false);
    drafts.markWhatMatters();
    expect([docker, gate, log].map(({ matters }) => matters)).toEqual([true, true, false]);
    drafts.delete(log, true);
    expect([...drafts.byUnit.values()].flat()).toEqual([docker, gate]);
    drafts.delete(gate, true);
    expect([...drafts.byUnit.keys()]).toEqual([]);
  });
});
