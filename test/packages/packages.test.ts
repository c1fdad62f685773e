/** The main job on Debian's own packages, and what real systemd makes of the result. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Reading } from '../conformance/dump.js';
import { Judge } from '../conformance/judge.js';
import { endRunners, withRunner } from '../faults/runner.js';
import { COMMAND } from '../faults/strace.js';
import { describeWhere } from '../helpers/where.js';
import type { Suite } from './debian.js';
import { complaints, unitTree } from './manager.js';
import { debian } from './needs.js';
import { copyRoot, emptyRoot, enable, fingerprint, install, removeRoot, tree, write } from './root.js';

const suites = ['bookworm', 'trixie'] as const;

// What docker.service and `systemd-analyze verify` look for in a root: systemd's own targets, and /bin/kill.
const base = ['base-files', 'systemd', 'procps', 'containerd', 'docker.io'];
const firewalls = ['netfilter-persistent', 'iptables-persistent', 'nftables', 'firewalld', 'ufw'];

const machine = await debian(suites, [...base, ...firewalls]);
const dropIn = 'etc/systemd/system/docker.service.d/50-follow-firewall.conf';
const ownUnits = 'etc/systemd/system';

interface Followed {
  readonly title: string;
  readonly unit: string;
  readonly prepare: (root: string, suite: Suite) => void;
}

const rules = '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n';

const followed: readonly Followed[] = [
  {
    // Its drop-in declares Alias=iptables.service, and the postinst enables that too when systemctl is there.
    title: 'iptables-persistent with its alias',
    unit: 'netfilter-persistent.service',
    prepare: (root, suite) => {
      install(root, machine.packages(suite), ['netfilter-persistent', 'iptables-persistent']);
      write(root, 'etc/iptables/rules.v4', rules);
      expect(tree(root)).toContain(`${ownUnits}/iptables.service`);
    },
  },
  {
    // The alias is declared, but no link makes it: Requires=iptables.service would keep docker from starting.
    title: 'iptables-persistent installed after netfilter-persistent',
    unit: 'netfilter-persistent.service',
    prepare: (root, suite) => {
      install(root, machine.packages(suite), ['netfilter-persistent']);
      install(root, machine.packages(suite), ['iptables-persistent']);
      write(root, 'etc/iptables/rules.v4', rules);
      expect(tree(root)).not.toContain(`${ownUnits}/iptables.service`);
    },
  },
  {
    title: 'nftables, enabled by hand',
    unit: 'nftables.service',
    prepare: (root, suite) => {
      install(root, machine.packages(suite), ['nftables']);
      enable(root, 'nftables.service');
    },
  },
];

const relations = [
  { relation: 'requires', key: 'Requires' },
  { relation: 'part-of', key: 'PartOf' },
];

afterAll(endRunners);

describeWhere(machine.whyNot, 'the main job on packages', () => {
  describe.each(suites)('docker.io of %s', describeSuite);
});

function describeSuite(suite: Suite): void {
  let image: string;
  let root: string;
  let judge: Judge;
  beforeAll(async () => {
    judge = await Judge.open();
    image = emptyRoot();
    install(image, machine.packages(suite), base);
  }, 120_000);
  afterAll(async () => {
    await judge.close();
    removeRoot(image);
  });

  /** Each describe has a root of its own, and each test finds it as the packages left it. */
  function useRoot(prepare: (root: string) => void): void {
    beforeAll(() => {
      root = copyRoot(image);
      prepare(root);
    }, 240_000);
    beforeEach(() => {
      fs.rmSync(path.dirname(path.join(root, dropIn)), { recursive: true, force: true });
    });
    afterAll(() => {
      removeRoot(root);
    });
  }

  describe.each(followed)('with $title', ({ unit, prepare }) => {
    useRoot((fresh) => {
      prepare(fresh, suite);
    });

    test('writes nothing with --dry-run, not even a time stamp', async () => {
      const before = fingerprint(root);
      expect(await patchDocker(root, '--dry-run')).toMatchObject({ status: 0 });
      expect(fingerprint(root)).toBe(before);
    });

    test('prints a patch that git and patch take, and that is what it writes', async () => {
      const patch = (await patchDocker(root, '-n')).stdout;
      expect(takes(root, patch, 'git', ['apply', '--check'])).toBe('');
      expect(takes(root, patch, 'patch', ['-p1', '--dry-run', '--silent'])).toBe('');
      takes(root, patch, 'git', ['apply']);
      const patched = read(root);
      fs.rmSync(path.dirname(path.join(root, dropIn)), { recursive: true });
      await applyPatch(root);
      expect(read(root)).toBe(patched);
    });

    test.each(relations)(
      '$relation: writes one drop-in, for everybody to read',
      async ({ relation, key }) => {
        const before = tree(root);
        await applyPatch(root, '--relation', relation);
        const added = tree(root).filter((entry) => !before.includes(entry));
        expect(added).toEqual([path.dirname(dropIn), dropIn]);
        expect(modes(root, added)).toEqual([0o755, 0o644]);
        expect(read(root)).toMatch(new RegExp(`^${key}=${unit}$`, 'm'));
        expect(read(root)).toMatch(new RegExp(`^After=${unit}$`, 'm'));
      },
    );

    test.each(relations)('$relation: systemd-analyze verify finds nothing new', async ({ relation }) => {
      const before = complaints(root, 'docker.service');
      await applyPatch(root, '--relation', relation);
      expect(complaints(root, 'docker.service')).toEqual(before);
    });

    test.each(relations)('$relation: the manager has it in force', async ({ relation, key }) => {
      expect(kinds(await ask(judge, root), unit)).toEqual([]);
      await applyPatch(root, '--relation', relation);
      const reading = await ask(judge, root);
      expect(kinds(reading, unit)).toEqual([key, 'After']);
      expect(reading.dropIns).toEqual([`/${dropIn}`]);
    });

    test('run again, it says that all is in force and changes nothing', async () => {
      await applyPatch(root);
      const before = fingerprint(root);
      const again = await patchDocker(root, '--yes');
      expect(again).toMatchObject({ status: 0, stdout: '' });
      expect(again.stderr).toMatch(/in force/);
      expect(again.stderr).toMatch(/50-follow-firewall\.conf:\d+/);
      expect(fingerprint(root)).toBe(before);
    });
  });

  describe.each(['firewalld', 'ufw'])('with %s', (firewall) => {
    useRoot((fresh) => {
      install(fresh, machine.packages(suite), [firewall]);
      if (firewall === 'ufw') write(fresh, 'etc/ufw/ufw.conf', 'ENABLED=yes\nLOGLEVEL=low\n');
    });

    test('says that docker needs nothing, and writes nothing', async () => {
      const before = fingerprint(root);
      const result = await patchDocker(root, '--yes');
      expect(result).toMatchObject({ status: 0, stdout: '' });
      expect(result.stderr).toMatch(new RegExp(firewall));
      expect(result.stderr).toMatch(/nothing/);
      expect(fingerprint(root)).toBe(before);
    });
  });

  describe('with nftables as the package leaves it: not enabled', () => {
    useRoot((fresh) => {
      install(fresh, machine.packages(suite), ['nftables']);
    });

    test('names the candidates and writes nothing', async () => {
      const before = fingerprint(root);
      const result = await patchDocker(root, '--yes');
      expect(result).toMatchObject({ status: 2, stdout: '' });
      expect(result.stderr).toMatch(/nftables\.service/);
      expect(result.stderr).toMatch(/--follow/);
      expect(fingerprint(root)).toBe(before);
    });

    test('systemd-analyze verify notices a relation that cannot work', () => {
      expect(complaints(root, 'docker.service').join('\n')).not.toMatch(/docker|nowhere/);
      write(root, dropIn, '[Unit]\nRequires=nowhere.service\n');
      expect(complaints(root, 'docker.service').join('\n')).toMatch(/docker\.service.*nowhere\.service/);
    });
  });
}

/** The command as a user with the strictest umask starts it, in a process that ran it before. */
async function patchDocker(
  root: string,
  ...options: string[]
): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const argv = [COMMAND, 'docker', '--root', root, ...options];
  const { status, out, err } = await withRunner((runner) => runner.run(argv, { root, umask: 0o077 }));
  return { status, stdout: out, stderr: err };
}

/** Lets the command write, and makes sure that it did. */
async function applyPatch(root: string, ...options: string[]): Promise<void> {
  expect(await patchDocker(root, '--yes', ...options)).toMatchObject({ status: 0 });
  expect(read(root)).not.toBe('');
}

/** What a tool complains of when it is fed the patch inside the root; nothing if it takes it. */
function takes(root: string, patch: string, tool: string, args: readonly string[]): string {
  // A repository further up would make `git apply` pass over the files in silence.
  const env = { ...process.env, GIT_CEILING_DIRECTORIES: path.dirname(root) };
  const result = spawnSync(tool, args, { cwd: root, input: patch, encoding: 'utf8', env });
  return `${result.stdout}${result.stderr}${result.status === 0 ? '' : `exit ${String(result.status)}`}`;
}

function read(root: string): string {
  return fs.readFileSync(path.join(root, dropIn), 'utf8');
}

function modes(root: string, files: readonly string[]): number[] {
  return files.map((file) => fs.statSync(path.join(root, file)).mode & 0o7777);
}

/** What a test manager makes of docker.service in a root. */
async function ask(judge: Judge, root: string): Promise<Reading> {
  const units = unitTree(root);
  judge.show(units);
  const reading = (await judge.ask(units, ['docker.service'])).get('docker.service');
  if (reading === undefined) throw new Error('the manager says nothing of docker.service');
  return reading;
}

/** The kinds of dependency on `unit` that the unit's own files declare. */
function kinds(reading: Reading, unit: string): string[] {
  return Object.keys(reading.dependencies).filter((kind) => reading.dependencies[kind]?.includes(unit));
}
