import { afterAll, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { lockRoot } from '../../src/system/root-lock.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

const whyNoLocks = process.platform === 'linux' ? undefined : 'there are no locks but on Linux';

describeWhere(whyNoLocks, 'while another run is at work in the root,', () => {
  test.each([
    ['--yes', ['--yes']],
    ['an answer', []],
  ])('who writes by %s waits for it, and is told so', async (_, options) => {
    const root = makeRoot(withFirewall());
    const lock = await lockRoot(root);
    let said = '';
    const patching = run(['docker', '--root', root, ...options], {
      ask: () => Promise.resolve('y'),
      err: (text) => {
        said += text;
        if (!text.includes('waiting')) return;
        expect(fs.existsSync(root + OURS)).toBe(false);
        lock.release();
      },
    });
    expect((await patching).status).toBe(0);
    expect(said).toContain(`another unit-patch (process ${process.pid}) is at work in ${root}; waiting\n`);
    expect(fs.existsSync(root + OURS)).toBe(true);
  });

  test.each([
    ['a dry run', ['docker', '--dry-run']],
    ['check', ['check', 'docker']],
    ['show', ['show', 'docker.service']],
  ])('%s waits for nobody', async (_, argv) => {
    const root = makeRoot(withFirewall());
    const lock = await lockRoot(root);
    expect((await run([...argv, '--root', root])).err).not.toContain('waiting');
    lock.release();
  });
});

test('a change while the question waits is noticed, although no lock is held', async () => {
  const root = makeRoot(withFirewall());
  const { status, err } = await run(['docker', '--root', root], {
    ask: async () => {
      await run(['docker', '--root', root, '--relation', 'part-of', '--yes']);
      return 'y';
    },
  });
  expect(status).toBe(4);
  expect(err).toContain(`${OURS} has changed since the plan was made`);
  expect(fs.readFileSync(root + OURS, 'utf8')).toContain('PartOf=');
});

const directory = OURS.slice(0, OURS.lastIndexOf('/'));
const note = `${directory.replace('docker.service.d', '.docker.service.d')}.unit-patch-1-00000000000000000000.tmp`;

/** A run was killed two days ago, once it had made the directory for its drop-in. */
function rootOfKilledRun(): string {
  const root = makeRoot(withFirewall());
  fs.mkdirSync(root + directory);
  fs.writeFileSync(root + note, '');
  const longAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  fs.utimesSync(root + note, longAgo, longAgo);
  return root;
}

test('leftovers of a killed run are named, and removed before the next plan is made', async () => {
  const root = rootOfKilledRun();
  const { status, err } = await run(['revert', 'docker', '--root', root, '--yes']);
  expect(status).toBe(0);
  expect(err).toContain(`${note} was left by a run that was killed, and is removed`);
  expect([fs.existsSync(root + note), fs.existsSync(root + directory)]).toEqual([false, false]);
});

test.each([
  ['y', 0, false],
  ['n', 1, true],
])(
  'with nothing to revert, leftovers of a killed run are removed if a person agrees: %s',
  async (answer, status, stays) => {
    const root = rootOfKilledRun();
    const asked: string[] = [];
    const ended = await run(['revert', 'docker', '--root', root], {
      ask: (question) => {
        asked.push(question);
        return Promise.resolve(answer);
      },
    });
    expect(ended.status).toBe(status);
    expect(asked).toEqual(['Remove it? [y/N] ']);
    expect(ended.err).toContain(`${note} was left by a run that was killed\n`);
    expect([fs.existsSync(root + note), fs.existsSync(root + directory)]).toEqual([stays, stays]);
  },
);

test('a dry run neither asks about it nor removes it', async () => {
  const root = rootOfKilledRun();
  const ask = (): never => {
    throw new Error('asked');
  };
  expect((await run(['revert', 'docker', '--root', root, '--dry-run'], { ask })).status).toBe(0);
  expect(fs.existsSync(root + note)).toBe(true);
});
