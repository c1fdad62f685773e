import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Disk } from '../../src/files/disk.js';
import { rootPath } from '../../src/files/files.js';
import { RememberedReads } from '../../src/files/remembered-reads.js';
import { RootFiles } from '../../src/files/root-files.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import { docker, withFirewall } from '../helpers/docker.js';
import { memoryDisk } from '../helpers/memory-files.js';
import { directory, link, type Tree } from '../helpers/tree.js';

/** Asks with an answer that is made of a few reads, and counts how often it had to be made. */
function counting(): { ask: (tree: Tree, mayBeKept?: () => boolean) => string; made: () => number } {
  const remembered = new RememberedReads<string>();
  let made = 0;
  const conclude = (disk: Disk): string => {
    made++;
    const files = new RootFiles('/', true, disk);
    const names = files.list(rootPath('/etc'))?.names().sort() ?? [];
    return names.map((name) => `${name}=${files.read(rootPath(`/etc/${name}`)).toString()}`).join(' ');
  };
  return {
    ask: (tree, mayBeKept) => remembered.answer(memoryDisk(tree), conclude, mayBeKept),
    made: () => made,
  };
}

describe('an answer', () => {
  test('is made once for roots that give the same to every read', () => {
    const { ask, made } = counting();
    const trees: Tree[] = [
      { '/etc/a': '1', '/etc/b': '2' },
      { '/etc/a': '1', '/etc/b': '2', '/usr/other': 'x' },
    ];
    expect(trees.map((tree) => ask(tree))).toEqual(['a=1 b=2', 'a=1 b=2']);
    expect(made()).toBe(1);
  });

  test.each<[what: string, other: Tree, answer: string]>([
    ['a file has other bytes', { '/etc/a': '1', '/etc/b': '3' }, 'a=1 b=3'],
    ['one more name is there', { '/etc/a': '1', '/etc/b': '2', '/etc/c': '' }, 'a=1 b=2 c='],
    ['a name is missing', { '/etc/a': '1' }, 'a=1'],
    ['a file is a link', { '/etc/a': '1', '/etc/b': link('a') }, 'a=1 b=1'],
    ['nothing is there', { '/usr': directory }, ''],
  ])('is another one if %s', (_, other, answer) => {
    const { ask } = counting();
    expect(ask({ '/etc/a': '1', '/etc/b': '2' })).toBe('a=1 b=2');
    expect(ask(other)).toBe(answer);
    expect(ask({ '/etc/a': '1', '/etc/b': '2' })).toBe('a=1 b=2');
  });

  test('that holds for one root alone is made anew', () => {
    const { ask, made } = counting();
    ask({ '/etc/a': '1' }, () => false);
    ask({ '/etc/a': '1' }, () => false);
    expect(made()).toBe(2);
  });

  test('that came after an error is made anew, and so is the error', () => {
    const { ask, made } = counting();
    const tree = { '/etc/a': directory };
    expect(() => ask(tree)).toThrow('/etc/a');
    expect(() => ask(tree)).toThrow('/etc/a');
    expect(made()).toBe(2);
  });

  test('is no longer remembered if no root is like another', () => {
    const { ask, made } = counting();
    for (let at = 0; at < 64; at++) ask({ '/etc/a': String(at) });
    ask({ '/etc/a': 'like' });
    ask({ '/etc/a': 'like' });
    expect(made()).toBe(66);
  });

  test('is still remembered once many were kept, if roots are alike', () => {
    const { ask, made } = counting();
    for (let at = 0; at < 64; at++)
      for (const tree of [{ '/etc/a': String(at) }, { '/etc/a': String(at) }]) ask(tree);
    ask({ '/etc/a': 'like' });
    ask({ '/etc/a': 'like' });
    // The last of them was forgotten with all others before it was asked for again.
    expect(made()).toBe(66);
  });
});

/** Changes to a root with Docker and a firewall, which are read in different places. */
const CHANGES: readonly Tree[] = [
  { '/usr/lib/systemd/system/docker.service': docker('Restart=always') },
  { '/usr/lib/systemd/system/docker.service': link('/dev/null') },
  { '/etc/systemd/system/docker.service.d/10-other.conf': '[Unit]\nRequires=iptables.service\n' },
  { '/etc/systemd/system/docker.service.d/10-other.conf': '[Unit]\nAfter=iptables.service\n' },
  { '/etc/systemd/system/docker.service.d': link('/etc') },
  { '/etc/systemd/system/iptables.service': link('/dev/null') },
  { '/etc/systemd/system/iptables.service': link('nowhere') },
  { '/etc/sysconfig/iptables': '*filter\nCOMMIT\n' },
  { '/etc/docker/daemon.json': '{"iptables": false}' },
  { '/usr/lib/os-release': 'ID=debian\n' },
];

test('planning gives each root what it gives without a memory', () => {
  const lineFor = (disk: Disk): string => {
    try {
      const plan = planPatch(new RootFiles('/', true, disk), { template: findTemplate('docker') });
      return JSON.stringify([plan.missing, plan.findings.map(({ code, text }) => [code, text])]);
    } catch (error) {
      return String(error);
    }
  };
  const trees = fc
    .subarray([...CHANGES])
    .map((changes) => Object.assign({}, withFirewall(), ...changes) as Tree);
  fc.assert(
    fc.property(fc.array(trees, { minLength: 2, maxLength: 12 }), (all) => {
      const remembered = new RememberedReads<string>();
      for (const tree of all)
        expect(remembered.answer(memoryDisk(tree), lineFor)).toBe(lineFor(memoryDisk(tree)));
    }),
    { numRuns: 20 },
  );
});
