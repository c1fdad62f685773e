import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import fs from 'fs-extra';
import { OURS, withFirewall } from '../helpers/docker.js';
import { run } from '../helpers/run.js';
import {
  addTo,
  directory,
  fingerprint,
  type Item,
  makeRoot,
  removeTrees,
  type Tree,
} from '../helpers/tree.js';

afterAll(removeTrees);

const ETC = '/etc/systemd/system';

async function patched(): Promise<string> {
  const root = makeRoot(withFirewall());
  await run(['docker', '--root', root, '--yes']);
  return root;
}

describe('revert', () => {
  test('shows the diff, removes our file, and says what is gone', async () => {
    const root = await patched();
    const { status, out, err } = await run(['revert', 'docker', '--root', root, '--yes']);
    expect(status).toBe(0);
    expect(out).toContain('deleted file mode');
    expect(out).toContain('-Requires=iptables.service');
    expect(err).toContain('removed   Requires=iptables.service');
    expect(fs.existsSync(root + OURS)).toBe(false);
    expect((await run(['check', 'docker', '--root', root])).status).toBe(1);
  });

  test('a second time there is nothing to revert', async () => {
    const root = await patched();
    await run(['revert', 'docker', '--root', root, '--yes']);
    const { status, out, err } = await run(['revert', 'docker', '--root', root, '--yes']);
    expect({ status, out }).toEqual({ status: 0, out: '' });
    expect(err).toContain('unit-patch wrote nothing here; nothing to revert');
  });

  test('--dry-run removes nothing', async () => {
    const root = await patched();
    const before = fingerprint(root);
    expect((await run(['revert', 'docker', '-n', '--root', root])).status).toBe(0);
    expect((await run(['revert', 'docker', '-n', '--exit-code', '--root', root])).status).toBe(1);
    expect(fingerprint(root)).toBe(before);
  });

  test('asks on a terminal', async () => {
    const root = await patched();
    const asked: string[] = [];
    const ask = (question: string): Promise<string> => Promise.resolve(String(asked.push(question) && 'n'));
    expect((await run(['revert', 'docker', '--root', root], { ask })).status).toBe(1);
    expect(asked).toEqual([`Remove this file from ${root}?\n[y]es, [N]o, [d]iff in full: `]);
  });

  test('an edited file is shown and refused, and removed with --force edited', async () => {
    const root = await patched();
    fs.appendFileSync(root + OURS, '# mine\n');
    const { status, err } = await run(['revert', 'docker', '--root', root, '--yes']);
    expect(status).toBe(3);
    expect(err).toContain('[edited]');
    expect((await run(['revert', 'docker', '--root', root, '--force', 'edited', '--yes'])).status).toBe(0);
    expect(fs.existsSync(root + OURS)).toBe(false);
  });
});

const item: fc.Arbitrary<Item> = fc.oneof(
  fc.constant(directory),
  fc.constantFrom('', '[Unit]\n', '[Unit]\nAfter=iptables.service\n', '[Service]\nEnvironment=A=b\n'),
  fc.constant({ link: '/dev/null' }),
);
const place = fc.constantFrom(
  `${ETC}/docker.service.d/10.conf`,
  `${ETC}/docker.service.d/90.conf`,
  `${ETC}/docker.service.d/empty`,
  `${ETC}/docker.service.d`,
  `${ETC}/docker.service.requires/iptables.service`,
  '/run/systemd/system/docker.service.d/50.conf',
);

/** The fingerprint of a root, without the line of a `docker.service.d` that holds nothing. */
function withoutEmptyUnitDirectory(root: string): string {
  const all = fingerprint(root);
  const directory = `${ETC}/docker.service.d`;
  return all.includes(`${directory}/`) ? all : all.replace(`755 ${directory} \n`, '');
}

test('apply and then revert leave any tree as it was, byte for byte, except for an empty UNIT.d', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(place, item, { maxKeys: 3 }),
      fc.constantFrom(['requires'], ['part-of'], ['requires', '--come-back'], ['wants'], ['order']),
      async (tree: Tree, relation) => {
        const root = makeRoot(withFirewall());
        for (const [name, one] of Object.entries(tree)) {
          try {
            addTo(root, { [name]: one });
          } catch {
            // A file stands where a directory would have to be.
          }
        }
        const before = withoutEmptyUnitDirectory(root);
        const applied = await run(['docker', '--root', root, '--relation', ...relation, '--yes']);
        expect([0, 3]).toContain(applied.status);
        expect((await run(['revert', 'docker', '--root', root, '--yes'])).status).toBe(0);
        expect(withoutEmptyUnitDirectory(root)).toBe(before);
      },
    ),
    { numRuns: 60 },
  );
});
