import { afterAll, describe, expect, test } from '@jest/globals';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import { EXIT, UnitPatchError } from '../../src/errors.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';
import { describeWhere } from '../helpers/where.js';

afterAll(removeTrees);

/** Standard output that takes no more once so much was printed. */
function full(after = 0): (text: string) => void {
  let printed = 0;
  return () => {
    if (printed++ >= after) throw new UnitPatchError('cannot-write', 'standard output: full', EXIT.usage);
  };
}

describe('a report that cannot be printed', () => {
  test.each(['json', 'markdown'])('does not hide that the plan was applied: %s', async (format) => {
    const root = makeRoot(withFirewall());
    const argv = ['docker', '--yes', '--format', format, '--root', root];
    const { status, err } = await run(argv, { out: full() });
    expect(fs.existsSync(root + OURS)).toBe(true);
    expect(status).toBe(4);
    expect(err).toContain(`before that the plan was applied in ${root}, and it stays applied`);
  });

  test('ends with 2 where nothing was written: the patch comes first', async () => {
    const root = makeRoot(withFirewall());
    const { status, err } = await run(['docker', '--yes', '--root', root], { out: full() });
    expect(fs.existsSync(root + OURS)).toBe(false);
    expect(status).toBe(2);
    expect(err).not.toContain('applied');
  });

  test('names the roots that were applied before', async () => {
    const [one, other] = [makeRoot(withFirewall()), makeRoot(withFirewall())];
    const argv = ['docker', '--yes', '--root', one, '--root', other];
    const { status, err } = await run(argv, { out: full(1) });
    expect([one, other].map((root) => fs.existsSync(root + OURS))).toEqual([true, false]);
    expect(status).toBe(4);
    expect(err).toContain(`applied in ${one}, and`);
  });
});

describeWhere(fs.existsSync('/dev/full') ? undefined : 'there is no /dev/full', 'on a full disk', () => {
  test('the built command says so too', () => {
    const root = makeRoot(withFirewall());
    const stdout = fs.openSync('/dev/full', 'w');
    const args = ['dist/bin/unit-patch.cjs', 'docker', '--yes', '--json', '--root', root];
    const { status, stderr } = spawnSync(process.execPath, args, {
      stdio: ['ignore', stdout, 'pipe'],
      encoding: 'utf8',
    });
    fs.closeSync(stdout);
    expect({ status, stderr }).toMatchObject({
      status: 4,
      stderr: expect.stringContaining('it stays applied'),
    });
  });
});
