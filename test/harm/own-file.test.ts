import { afterAll, describe, expect, test } from '@jest/globals';
import type { Reading } from '../conformance/dump.js';
import { describeEachSystemd } from '../conformance/each-systemd.js';
import { firewall, OURS } from '../helpers/docker.js';
import { link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { HarmJudge, planOf } from './harm-judge.js';
import { rootOf, VERSIONS } from './judge-cases.js';
import { iptables } from './units.js';

afterAll(removeTrees);

const NAME = OURS.slice(OURS.lastIndexOf('/') + 1);
const THEIRS = '[Unit]\nRequires=vpn.service\n[Service]\nEnvironment=A=b\n';

const at = (directory: string, name = NAME): string => `${directory}/docker.service.d/${name}`;
const withFile = (path: string, item: Tree[string]): Tree =>
  rootOf({ root: { ...iptables(firewall()), [path]: item } });

/** Somebody else's file in the place of ours: writing ours would take from docker what that one says. */
const TAKEN: [string, Tree][] = [
  ['somebody wrote a file of that name', withFile(OURS, THEIRS)],
  ['somebody masks that name', withFile(OURS, link('/dev/null'))],
];

/** A file of the same name in a directory that comes first: systemd would not read ours. */
const SHADOWED: [string, Tree][] = [
  ['/etc/systemd/system.control has that name', withFile(at('/etc/systemd/system.control'), '[Service]\n')],
  ['/run/systemd/system.control has that name', withFile(at('/run/systemd/system.control'), '[Service]\n')],
  ['/etc/systemd/system.control masks it', withFile(at('/etc/systemd/system.control'), link('/dev/null'))],
  ['an empty file of /run/systemd/system.control has it', withFile(at('/run/systemd/system.control'), '')],
];

/** Two more such directories; a test run of systemd has others of its own in their place. */
const SHADOWED_UNSEEN: [string, Tree][] = [
  ['/run/systemd/transient masks it', withFile(at('/run/systemd/transient'), link('/dev/null'))],
  ['an early generator has it', withFile(at('/run/systemd/generator.early'), '[Service]\n')],
];

const FREE: [string, Tree][] = [
  ['a weaker directory has the name', withFile(at('/run/systemd/system'), '[Service]\n')],
  ['the distribution has the name', withFile(at('/usr/lib/systemd/system'), THEIRS)],
  ['the file has another name', withFile(at('/etc/systemd/system.control', '40-vpn.conf'), THEIRS)],
  [
    'the file belongs to all services',
    withFile(`/etc/systemd/system.control/service.d/${NAME}`, '[Service]\n'),
  ],
  ['the file is hidden', withFile(at('/etc/systemd/system.control', `.${NAME}`), '[Service]\n')],
];

const codesOf = (root: Tree): string[] =>
  planOf(makeRoot(root), {})
    .findings.filter(({ level }) => level === 'refuse')
    .map(({ code }) => code);

describe('the tool', () => {
  test.each(TAKEN)('refuses name-taken if %s', (_, root) => {
    expect(codesOf(root)).toEqual(['name-taken']);
  });

  test.each([...SHADOWED, ...SHADOWED_UNSEEN])('refuses shadowed if %s', (_, root) => {
    expect(codesOf(root)).toEqual(['shadowed']);
  });

  test.each(FREE)('writes if %s', (_, root) => {
    expect(codesOf(root)).toEqual([]);
  });
});

describeEachSystemd(
  VERSIONS,
  (base) => HarmJudge.open(base),
  (judge) => {
    const withOurs = (root: Tree): Tree => {
      judge().show(root);
      return { ...root, ...judge().forced({}) };
    };
    const docker = async (root: Tree): Promise<Reading> => {
      judge().show(root);
      const reading = await judge().reading('docker.service');
      if (!reading) throw new Error('systemd says nothing of docker.service');
      return reading;
    };

    test("docker loses what somebody's file said if ours takes its name", async () => {
      const [[, root] = ['', {}]] = TAKEN;
      expect((await docker(root)).dependencies.Requires).toContain('vpn.service');
      expect((await docker(withOurs(root))).dependencies.Requires).not.toContain('vpn.service');
    });

    test.each(SHADOWED)('ours does nothing if %s', async (_, root) => {
      const { dependencies, dropIns } = await docker(withOurs(root));
      expect(dependencies.Requires).not.toContain('iptables.service');
      expect(dropIns).not.toContain(OURS);
    });

    test.each(FREE)('ours counts if %s', async (_, root) => {
      const { dependencies, dropIns } = await docker(withOurs(root));
      expect(dependencies.Requires).toContain('iptables.service');
      expect(dropIns).toContain(OURS);
    });
  },
);
