import { afterAll, describe, test } from '@jest/globals';
import { chmodSync } from 'node:fs';
import { newComplaints } from '../../src/apply/verify.js';
import { readEvidence, readJournal, readUnits } from '../../src/docker/read-evidence.js';
import { readNetworks } from '../../src/docker/read-networks.js';
import { canonicalRule, RuleSet, whyNoRules } from '../../src/docker/rules.js';
import { packageAtWork, triggerOf } from '../../src/docker/triggers.js';
import { dockersRules } from '../../src/docker/written-rules.js';
import { findSymptoms } from '../../src/doctor/symptoms.js';
import { rootPath } from '../../src/files/files.js';
import { openRoot } from '../../src/files/open-root.js';
import { assigned } from '../../src/files/read-text.js';
import { commandsOf } from '../../src/firewalls/commands/commands.js';
import { shellCommands } from '../../src/firewalls/commands/shell-commands.js';
import { environmentOf } from '../../src/firewalls/dockerd/environment.js';
import { commandsOfScript } from '../../src/firewalls/dockerd/shell-script.js';
import { flushesOthers, includesOthers, mayFlush } from '../../src/firewalls/flush.js';
import { treeAbove } from '../../src/plan/findings/read-only-tree.js';
import { code, fenced, prose } from '../../src/report/markdown.js';
import { forTerminal } from '../../src/report/printable.js';
import { mountsNeeded } from '../../src/transactions/mounts.js';
import { fromInitScript } from '../../src/units/generated/sysv.js';
import { loadUnit } from '../../src/units/loader.js';
import { isTriggerValue } from '../../src/units/values.js';
import { fakeMachine } from '../doctor/fake-machine.js';
import { within } from '../helpers/in-time.js';
import { makeRoot, removeTrees } from '../helpers/tree.js';

afterAll(removeTrees);

const MIB = 2 ** 20;
const files = openRoot(makeRoot());

/** Input of at least `size` characters: a piece again and again, and an end that fits nothing. */
const much = (piece: string, size: number, end = '!'): string =>
  piece.repeat(Math.ceil(size / piece.length)) + end;

/** The first of an answer's lines, as journalctl prints it. */
const journal = (said: string): string => `1764244800.000000 ${said}`;

const commandsIn = (value: string): unknown =>
  commandsOf(
    { section: 'Service', key: 'ExecStart', value: `/bin/a ${value}`, file: rootPath('/a'), line: 1 },
    files,
  );

/** What opens something in a shell. */
const SHELL = [
  '<<E ',
  '$(',
  '"$(',
  '"${a:-',
  '`',
  '{ ',
  'if ',
  'case x in ',
  'a() ',
  'coproc ',
  '$((',
  'a=(',
  'a|',
  '"',
  '\n',
];

const unitWith = (section: string, key: string, value: string) => ({
  ...loadUnit(files, 'a.mount'),
  directives: [{ section, key, value, file: rootPath('/a'), line: 1 }],
});

const mountsOf = (key: string, text: string): unknown =>
  mountsNeeded(unitWith(key === 'Where' ? 'Mount' : 'Unit', key, `/${text}`), 'mount');

const lineForNix = (value: string): unknown =>
  treeAbove(files, rootPath('/nix/store/a'), 'a.service', [{ section: 'Service', key: 'ExecStart', value }]);

function initScript(text: string): unknown {
  const root = makeRoot({ '/etc/init.d/a': `#!/bin/sh\n${text}` });
  chmodSync(`${root}/etc/init.d/a`, 0o755);
  return fromInitScript(openRoot(root), 'a.service');
}

/** The longest name that a file may have is matched. */
function environmentFile(pattern: string): unknown {
  const root = openRoot(makeRoot({ [`/etc/d/${'a'.repeat(255)}`]: 'A=b' }));
  return environmentOf(root, unitWith('Service', 'EnvironmentFile', `/etc/d/${pattern}`));
}

describe('no parser of foreign text takes more than the length of it, at the size that it is limited to', () => {
  test.each<[parser: string, parse: (text: string) => unknown, size: number, pieces: string[]]>([
    // A configuration file: 4 MiB, readText().
    [
      'an nft script',
      (text) => flushesOthers(text, 'iptables'),
      4 * MIB,
      ['#', 'flush ', 'flush \t', 'delete table ip ', '\n ', ' '],
    ],
    ['an nft script', includesOthers, 4 * MIB, ['\n ', '\r', ' ', '; ', '#\n', '{']],
    // A line of a unit file: systemd itself takes 1 MiB, LONG_LINE_MAX.
    [
      'an Exec line',
      (text) => mayFlush(`/sbin/iptables-restore -${text}`, files, 'iptables'),
      MIB,
      ['n', ' -n', 'an'],
    ],
    ['an Exec line', (text) => mayFlush(`/sbin/nft ${text}`, files, 'iptables'), MIB, ['flush ', '-f', ' ']],
    ['an Exec line', commandsIn, MIB, ['; ', '"', 'systemctl ', '\\x41', ' -a']],
    [
      'a path of RequiresMountsFor=',
      (text) => mountsOf('RequiresMountsFor', text),
      MIB,
      ['/', '/a', '"', '\\', ' /'],
    ],
    ['the mount point of a mount', (text) => mountsOf('Where', text), MIB, ['/', '/a']],
    ['a line for NixOS', lineForNix, MIB, ['a', '/', '/systemctl', '-']],
    // The kernel takes no longer `sh -c`, and of files no longer ones are read.
    ['a shell script', shellCommands, 127 << 10, SHELL],
    ['a script that runs dockerd', (text) => commandsOfScript(text, () => undefined, 'x'), 63 << 10, SHELL],
    ['a shell script that is too long', shellCommands, MIB, ['<<E ']],
    [
      'a file of assignments',
      (text) => assigned(`A=${text}`, 'A'),
      4 * MIB,
      [' ', '\t', ' #', '\n', "'", '\nA= '],
    ],
    [
      'an init script',
      initScript,
      4 * MIB,
      ['### BEGIN INIT INFO\n', '# a: ', '# \n', 'usage: ', ' ', '#', '\r'],
    ],
    ['a pattern of EnvironmentFile=', environmentFile, 200, ['*a', '*', '?*', '[a', '[a]']],
    ['a span', (text) => isTriggerValue('OnBootSec', text), MIB, ['1', '1 ', '1s', '1.1', ' ']],
    ['a calendar event', (text) => isTriggerValue('OnCalendar', `Mon${text}`), MIB, ['t', ',Mon', ' 1', '-']],
    ['an address', (text) => isTriggerValue('ListenStream', text), MIB, ['1', ':', '[', 'a.']],
    ['a sentence in Markdown', prose, MIB, ['")', '(', ')', ',.', 'a-', "'"]],
    ['code in Markdown', code, MIB, ['`', ' `']],
    ['lines in Markdown', (text) => fenced('diff', text), MIB, ['\t', '`', '\n']],
    ['what goes to a terminal', forTerminal, MIB, ['\x1b', '\x1b[', '\r', '\x1b[3']],
    [
      'what systemd-analyze says',
      (text) => newComplaints(said(''), said(`ordering cycle ${text}`)),
      MIB,
      ['a', '/', 'a/a', 'a '],
    ],
    // What doctor saves: 8 MiB of rules, 1 MiB of anything else.
    ['a rule', canonicalRule, MIB, ['"', '"\\', '\\"', '" ', '-a', ' !']],
    ['rules', (text) => new RuleSet([text]), 8 * MIB, ['[1:', '-A FORWARD -s 10.0.0.1/32 -j ACCEPT\n']],
    ['rules', whyNoRules, 8 * MIB, ['*a\n', '[1:1] ']],
    ['states of units', readUnits, MIB, ['\n', 'Id=x\n\n', 'a']],
    ['the journal', readJournal, MIB, ['1', '1.1 \n', '\n']],
    ['networks', (text) => safely(() => readNetworks(text)), MIB, ['{}\n', '[', '"']],
    [
      'the log of dpkg',
      (text) => packageAtWork(text, { when: '2026-11-24 10:00:03' }),
      MIB,
      ['a ', 'a', '\n', 'a a upgrade '],
    ],
    [
      'a line of the journal',
      (text) => triggerOf(journal(`sudo: a : X=1 ; ${text}`), 'a.service'),
      MIB,
      ['systemctl restart ', 'systemctl ', ' ', ';', 'a'],
    ],
    [
      'a line of Ansible',
      (text) => triggerOf(journal(`python3: ansible-x Invoked with ${text}`), 'a.service'),
      MIB,
      ['name=a ', ' '],
    ],
  ])(
    '%s',
    (_, parse, size, pieces) => {
      for (const piece of pieces)
        within(15_000, () => {
          parse(much(piece, size));
        });
    },
    60_000,
  );

  test("docker's rules, however many containers there are", async () => {
    const { networks, rules } = readEvidence(await fakeMachine().raw());
    const address = (at: number): string => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;
    const lines = Array.from({ length: 20_000 }, (_, at) => `-A DOCKER -d ${address(at)}/32 -j ACCEPT\n`);
    const container = { restartPolicy: 'no', isRunning: true, startedAt: '', ports: [] };
    const containers = lines.map((_, at) => ({
      ...container,
      name: `c${at}`,
      addresses: [{ network: 'bridge', address: address(at) }],
    }));
    const many = { ip: new RuleSet([`*filter\n${lines.join('')}COMMIT\n`]), ip6: rules.ip6 };
    within(15_000, () =>
      dockersRules({ rules: many, networks, containers, nft: much('table ip docker-bridges {\n', MIB) }),
    );
  });

  test("docker's tables of nft that nothing ends", async () => {
    const raw = await fakeMachine({ daemon: { usesNftables: true } }).raw();
    const evidence = { ...readEvidence(raw), nft: much('table ip docker-bridges {\n', MIB) };
    within(15_000, () => findSymptoms(evidence));
  });
});

const said = (stderr: string) => ({ status: 1, stdout: '', stderr });

/** What something comes to, an error too: here only the time counts. */
function safely(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
