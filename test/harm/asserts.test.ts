import { afterAll, describe, expect, test } from '@jest/globals';
import type { Relation } from '../../src/firewalls/template.js';
import { describeEachSystemd } from '../conformance/each-systemd.js';
import { firewall } from '../helpers/docker.js';
import { directory, link, makeRoot, removeTrees, type Tree } from '../helpers/tree.js';
import { HarmJudge, planOf } from './harm-judge.js';
import { rootOf, VERSIONS } from './judge-cases.js';
import { etc, iptables } from './units.js';

afterAll(removeTrees);

const RULES = '/etc/sysconfig/iptables';

// What stands in every root of this table.
const FILES: Tree = {
  '/etc/sysconfig/ip6tables': '*filter\nCOMMIT\n',
  '/opt/empty': '',
  '/opt/directory/rules.v4': '*filter\nCOMMIT\n',
  '/opt/bare': directory,
  '/opt/link': link('/opt/directory/rules.v4'),
  '/opt/nowhere': link('/opt/gone'),
};

// A start of a unit whose Assert…= is false fails, and a start of docker that requires it with it.
const FALSE: [string, string][] = [
  ["RHEL's rules file is gone", `AssertPathExists=${RULES}`],
  ['one of two is false', 'AssertPathExists=/opt/empty\nAssertPathExists=/opt/gone'],
  ['what must not be there is', 'AssertPathExists=!/opt/empty'],
  ['a file is empty', 'AssertFileNotEmpty=/opt/empty'],
  ['a file that must hold something is a directory', 'AssertFileNotEmpty=/opt/directory'],
  ['a directory is empty', 'AssertDirectoryNotEmpty=/opt/bare'],
  ['a directory is missing', 'AssertDirectoryNotEmpty=/opt/gone'],
  ['a directory is a file', 'AssertPathIsDirectory=/opt/empty'],
  ['a link is a file', 'AssertPathIsSymbolicLink=/opt/empty'],
  ['a link leads nowhere', 'AssertPathExists=/opt/nowhere'],
  ['a program is none', 'AssertFileIsExecutable=/opt/empty'],
  ['none of several that may each hold does', 'AssertPathExists=|/opt/gone\nAssertPathExists=|!/opt/empty'],
  [
    'what must hold does not, though one that may does',
    'AssertPathExists=/opt/gone\nAssertPathExists=|/opt/empty',
  ],
  ['only conditions are reset', `AssertPathExists=${RULES}\nConditionPathExists=`],
  ['no path matches', 'AssertPathExistsGlob=/opt/*/rules.v6'],
  ['a path matches that must not', 'AssertPathExistsGlob=!/opt/*/rules.v?'],
];

const TRUE: [string, string][] = [
  ['the rules file is there', 'AssertPathExists=/etc/sysconfig/ip6tables'],
  ['what must not be there is not', `AssertPathExists=!${RULES}`],
  ['a path matches', 'AssertPathExistsGlob=/opt/*/rules.v4'],
  ['a file holds something', 'AssertFileNotEmpty=/etc/sysconfig/ip6tables'],
  ['a directory holds something', 'AssertDirectoryNotEmpty=/opt/directory'],
  ['a directory is one', 'AssertPathIsDirectory=/opt/bare'],
  ['a link is one', 'AssertPathIsSymbolicLink=/opt/nowhere'],
  ['a link leads to a file', 'AssertFileNotEmpty=/opt/link'],
  ['one of several that may each hold does', 'AssertPathExists=|/opt/gone\nAssertPathExists=|/opt/empty'],
  ['the other of two that may each hold does', 'AssertPathExists=|!/opt/gone\nAssertPathExists=|/opt/gone'],
  ['all are reset later', `AssertPathExists=${RULES}\nAssertPathExists=`],
  ['all are reset by another kind', `AssertPathExists=${RULES}\nAssertFileNotEmpty=`],
  ['it is no path, so the line is ignored', 'AssertPathExists=etc/sysconfig/iptables'],
];

const NONE: [string, Tree][] = [
  ['there is none', iptables(firewall())],
  [
    'it is a condition: the unit is passed over, and docker starts',
    iptables(firewall(`ConditionPathExists=${RULES}`)),
  ],
  ['it stands in another section', iptables(`${firewall()}AssertPathExists=${RULES}\n`)],
  [
    'a drop-in resets it',
    {
      ...iptables(firewall(`AssertPathExists=${RULES}`)),
      ...etc('iptables.service.d/a.conf', '[Unit]\nAssertPathExists=\n'),
    },
  ],
];

const withAssert = (lines: string): Tree => rootOf({ root: { ...iptables(firewall(lines)), ...FILES } });

/** The level at which the tool speaks of asserts. */
function levelOf(root: Tree, relation: Relation): string | undefined {
  const { findings } = planOf(makeRoot(root), { relation });
  return findings.find(({ code }) => code === 'followed-asserts')?.level;
}

describe('followed-asserts', () => {
  test.each(FALSE)('is refused if %s', (_, lines) => {
    expect(levelOf(withAssert(lines), 'requires')).toBe('refuse');
  });

  test.each(FALSE)('only warns if %s and docker starts without it', (_, lines) => {
    expect(levelOf(withAssert(lines), 'part-of')).toBe('warn');
  });

  test.each(TRUE)('is not refused if %s', (_, lines) => {
    expect(levelOf(withAssert(lines), 'requires')).not.toBe('refuse');
  });

  test.each(NONE)('is not spoken of if %s', (_, root) => {
    expect(levelOf(rootOf({ root }), 'requires')).toBeUndefined();
  });
});

describeEachSystemd(
  VERSIONS,
  (base) => HarmJudge.open(base),
  (judge) => {
    const verdict = async (root: Tree): Promise<string> => {
      judge().show(root);
      const said = await judge().analyze('condition --unit=iptables.service');
      return /^Asserts (\w+)\.$/m.exec(said)?.[1] ?? 'none';
    };

    test.each(FALSE)('the firewall does not start if %s', async (_, lines) => {
      expect(await verdict(withAssert(lines))).toBe('failed');
    });

    test.each(TRUE)('the firewall starts if %s', async (_, lines) => {
      expect(await verdict(withAssert(lines))).not.toBe('failed');
    });

    test.each(NONE)('the firewall does not fail if %s', async (_, root) => {
      expect(await verdict(rootOf({ root }))).not.toBe('failed');
    });
  },
);
