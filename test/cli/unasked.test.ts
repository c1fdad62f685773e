import { afterAll, describe, expect, test } from '@jest/globals';
import { openRoot } from '../../src/files/open-root.js';
import { RootSystem } from '../../src/system/root-system.js';
import type { Manager } from '../../src/system/system.js';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import { planned } from '../helpers/saved-plans.js';
import { fingerprint, makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

/** Without a terminal nobody can be asked. */
const ask = undefined;
const FORMATS = ['text', 'diff', 'json', 'markdown'];

async function patched(): Promise<string> {
  const root = makeRoot(withFirewall());
  await run(['docker', '--root', root, '--yes']);
  return root;
}

describe('without a terminal it writes only with --yes', () => {
  const commands: [name: string, root: () => Promise<string> | string, argv: (root: string) => unknown][] = [
    ['patch', () => makeRoot(withFirewall()), (root) => ['docker', '--root', root]],
    ['revert', patched, (root) => ['revert', 'docker', '--root', root]],
    [
      'apply',
      () => makeRoot(withFirewall()),
      async (root) => ['apply', await planned('docker', '--root', root)],
    ],
  ];
  for (const [name, makeBox, argvFor] of commands)
    test.each(FORMATS)(
      `${name} --format %s writes nothing, ends with 2, and names the two ways out`,
      async (format) => {
        const root = await makeBox();
        const argv = [...((await argvFor(root)) as string[]), '--format', format];
        const before = fingerprint(root);
        const { status, out, err } = await run(argv, { ask });
        expect(status).toBe(2);
        expect(err).toContain('nothing was written');
        expect(err).toContain('--yes');
        expect(err).toContain('--dry-run');
        expect(fingerprint(root)).toBe(before);
        // The plan is still shown: stdout is what a dry run prints.
        expect(out).toBe((await run([...argv, '--dry-run'], { ask })).out);
        expect((await run([...argv, '--yes'], { ask })).status).toBe(0);
        expect(fingerprint(root)).not.toBe(before);
      },
    );

  test('of several roots none is written', async () => {
    const roots = [makeRoot(withFirewall()), makeRoot(withFirewall())];
    const before = roots.map(fingerprint);
    const { status, out } = await run(['docker', '--json', ...roots.flatMap((root) => ['--root', root])], {
      ask,
    });
    expect(status).toBe(2);
    expect(JSON.parse(out)).toHaveLength(2);
    expect(out).not.toContain('"applied"');
    expect(roots.map(fingerprint)).toEqual(before);
  });

  test('a reload of systemd counts as writing', async () => {
    const root = await patched();
    const calls: string[] = [];
    const answer = { status: 0, stdout: 'LoadState=loaded\nDropInPaths=\nRequires=\nAfter=\n', stderr: '' };
    const manager: Manager = {
      about: () => ({ systemd: 252 }),
      isActive: () => false,
      activeUnits: () => [],
      reload: () => {
        calls.push('reload');
        return answer;
      },
      show: () => answer,
    };
    const openSystem = (): RootSystem => new RootSystem(openRoot(root), manager);
    const { status, err } = await run(['docker'], { ask, openSystem });
    expect({ status, calls }).toEqual({ status: 2, calls: [] });
    expect(err).toContain('--yes');
  });

  test('with nothing to write it ends as it does with --yes', async () => {
    const root = await patched();
    expect(await run(['docker', '--root', root], { ask })).toMatchObject({ status: 0, out: '' });
    expect((await run(['docker', '--root', root, '--follow', 'gone.service'], { ask })).status).toBe(3);
    expect((await run(['revert', 'docker', '--root', makeRoot(withFirewall())], { ask })).status).toBe(0);
    expect(fingerprint(root)).toContain(OURS);
  });
});
