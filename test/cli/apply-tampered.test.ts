import { afterAll, describe, expect, test } from '@jest/globals';
import { type Draft, refusedIn, rootAndPlan, tampered } from '../helpers/saved-plans.js';
import { removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

describe('a file never makes it do what it would not do itself: ends with 3, writes nothing', () => {
  const changes: [what: string, change: (draft: Draft) => void][] = [
    ['the text to write', ({ change }) => (change.after = `${String(change.after)}ExecStart=/bin/evil\n`)],
    ['what was there', ({ change }) => (change.before = 'x')],
    ['the path', ({ change }) => (change.path = '/etc/passwd')],
    ['a path that leads out', ({ change }) => (change.path = '/../../etc/passwd')],
    ['a path that is none', ({ change }) => (change.path = 'x')],
    ['the action', ({ change }) => (change.action = 'delete')],
    ['the directories', ({ change }) => (change.directories = ['/etc'])],
    [
      'the patch that was read',
      ({ change }) => (change.patch = String(change.patch).replace('Requires', 'Wants')),
    ],
    ['one more change', ({ plan, change }) => (plan.changes = [change, { ...change, path: '/etc/shadow' }])],
    ['a change that is none', ({ plan }) => (plan.changes = [null])],
    ['no text', ({ change }) => (change.after = 1)],
    ['a member more', ({ change }) => (change.mode = '0777')],
    ['an input that is none', ({ plan }) => (plan.inputs = [null])],
    ['the change twice', ({ plan, change }) => (plan.changes = [change, change])],
    ['no change', ({ plan }) => (plan.changes = [])],
    ['a checksum', ({ input }) => (input.sha256 = '0'.repeat(64))],
    ['an input less', ({ inputs }) => inputs.pop()],
    ['an input that is no path', ({ input }) => (input.path = '../x')],
    ['the unit', ({ plan }) => (plan.unit = 'ssh.service')],
    ['the followed unit', ({ follow }) => (follow.unit = 'ssh.service')],
    ['the relation', ({ plan }) => (plan.relation = 'part-of')],
    ['a finding that was read', ({ plan }) => (plan.findings = [])],
    ['what is missing', ({ plan }) => (plan.missing = [])],
    ['what it covers', ({ plan }) => (plan.coverage = [])],
    ['a member that no plan has', ({ plan }) => (plan.reviewed = true)],
    ['the relation asked for', ({ asked }) => (asked.relation = 'part-of')],
  ];
  test.each(changes)('%s', async (_, change) => {
    const { root, plan } = await rootAndPlan();
    const { status, err } = await refusedIn(root, tampered(plan, change));
    expect(status).toBe(3);
    expect(err).toContain('plan.json is stale: ');
  });

  const requests: [what: string, change: (draft: Draft) => void, said: string][] = [
    ['a name that is none', ({ asked }) => (asked.name = '../x'), 'neither a template'],
    [
      'a code that is never forced',
      ({ asked }) => (asked.force = ['name-taken']),
      'unit-patch never does that',
    ],
    ['a unit to follow that is none', ({ asked }) => (asked.follow = '../x'), 'is not a unit name'],
    ['a path that nothing mounts', ({ asked }) => (asked.follow = '/'), 'no path of a directory'],
    ['a root that is not there', ({ plan }) => (plan.root = '/nowhere/at/all'), 'does not exist'],
    ['an empty root', ({ plan }) => (plan.root = ''), '--root is empty'],
    ['no request', ({ plan }) => delete plan.asked, 'asked is missing'],
    ['another command', ({ asked }) => (asked.command = 'exec'), 'command is missing, or not'],
    ['another relation', ({ asked }) => (asked.relation = 'binds'), 'relation is missing, or not'],
    ['changes that are no list', ({ plan }) => (plan.changes = {}), 'changes is missing, or not'],
  ];
  test.each(requests)('a request that cannot be: %s', async (_, change, said) => {
    const { root, plan } = await rootAndPlan();
    const { status, err } = await refusedIn(root, tampered(plan, change));
    expect(err).toContain(said);
    expect(status).toBe(2);
  });
});
