import fs from 'node:fs';
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { type Disk, type ListedOnDisk, type ListOptions, LocalDisk } from '../../src/files/disk.js';
import { type FileInfo, lstat, type RootPath } from '../../src/files/files.js';
import { listDirectory } from '../../src/files/read-disk.js';
import { RootFiles } from '../../src/files/root-files.js';
import { findTemplate } from '../../src/firewalls/find-template.js';
import { planPatch } from '../../src/plan/plan-patch.js';
import type { Bench } from './bench.js';
import { median, wallTimes } from './in-turn.js';
import { checkOf, makeDifferent, makeRoots, ROOTS } from './many-roots.js';
import { memoryOf } from './memory.js';
import { withDirectory } from './with-directory.js';

const RUNS = 3;
/** How often all roots are named. */
const [FEW, SOME, MANY] = [4, 16, 64];

/** `check` over a thousand images: what one root more costs, and what it costs to start systemd's tools for it. */
export const bench: Bench = () =>
  withDirectory((directory) => {
    const roots = makeRoots(directory);
    const [few, some, many] = [FEW, SOME, MANY].map((times) => checkOf(directory, roots, times));
    if (!few || !some || !many) throw new RangeError('three lists');
    const one = perRoot([few, some], (SOME - FEW) * ROOTS);
    const [little = NaN, much = NaN] = [few, many].map((args) => memoryOf(args, directory, [1]));
    const theirs = systemdTools(roots[0] ?? '');
    const [pinned, plain] = pinnedAndPlain(roots);
    makeDifferent(roots);
    const [once, twice] = [1, 2].map((times) => checkOf(directory, roots, times));
    if (!once || !twice) throw new RangeError('two lists');
    const different = perRoot([once, twice], ROOTS);
    const shared = inProcesses(roots, directory);
    const beside = {
      peer: 'systemctl --root is-enabled + systemd-analyze verify (systemd)',
      theirs: theirs === undefined ? undefined : ms(theirs),
    };
    return {
      rows: [
        {
          what: 'one root more, like one before, check docker',
          us: ms(one),
          ...beside,
          ratio: theirs === undefined ? undefined : one / theirs,
          most: 0.25,
        },
        {
          what: 'one root more, like no other',
          us: ms(different),
          ...beside,
          ratio: theirs === undefined ? undefined : different / theirs,
        },
        {
          what: `${ROOTS} roots of which none is like another`,
          us: ms(shared.alone),
          peer: 'the same by xargs -P 2',
          theirs: ms(shared.shared),
          ratio: shared.alone / shared.shared,
        },
        {
          what: `memory for ${MANY * ROOTS} roots`,
          us: mib(much),
          peer: `memory for ${FEW * ROOTS} roots`,
          theirs: mib(little),
          ratio: much / little,
          most: 1.25,
        },
        {
          what: 'a plan, with files pinned against races',
          us: ms(pinned),
          peer: 'with plain reads',
          theirs: ms(plain),
          ratio: pinned / plain,
          most: 1.15,
        },
      ],
      notes: [
        `Many roots: ${ROOTS} copies of examples/centos-7, named ${FEW}, ${SOME} and ${MANY} times over. ` +
          'Those that are like no other differ by a comment in docker.service.',
      ],
    };
  });

/** What one root more costs, in ms. */
function perRoot(lists: readonly (readonly string[])[], more: number): number {
  const sides = lists.map((args) => ({ command: process.execPath, args, statuses: [1] }));
  const [fewer = NaN, all = NaN] = wallTimes(RUNS, sides).map(median);
  return (all - fewer) / more;
}

/** All roots in one process, and in two that xargs starts with half of them each. */
function inProcesses(roots: readonly string[], directory: string): { alone: number; shared: number } {
  const list = `${directory}/list1`;
  fs.writeFileSync(list, `${roots.join('\n')}\n`);
  const command = `${process.execPath} dist/bin/unit-patch.cjs check docker`;
  const half = `${ROOTS / 2}`;
  const script = `xargs -P 2 -n ${half} sh -c 'printf "%s\\n" "$@" | ${command} --roots-from -' sh <'${list}'`;
  const sides = [
    { command: 'sh', args: ['-c', `${command} --roots-from '${list}'`], statuses: [1] },
    { command: 'sh', args: ['-c', script], statuses: [123] },
  ];
  const [alone = NaN, shared = NaN] = wallTimes(RUNS, sides).map(median);
  return { alone, shared };
}

/** The same reads without a look whether a directory on the way was exchanged for a link meanwhile. */
class PlainDisk implements Disk {
  constructor(private readonly root: string) {}

  lstat(path: RootPath): FileInfo | undefined {
    return lstat(this.root + path);
  }

  list(path: RootPath, { size, most, linksMax }: ListOptions): ListedOnDisk {
    const names = listDirectory(this.root + path, size, most);
    if (names.others.size > linksMax) return { names, links: [] };
    const links = [...names.others].filter(([, kind]) => kind === 'link');
    return {
      names,
      links: links.map(([name]) => [name, fs.readlinkSync(`${this.root}${path}/${name}`)] as const),
    };
  }

  readLink(path: RootPath): string {
    return fs.readlinkSync(this.root + path);
  }

  read(path: RootPath): Buffer {
    return fs.readFileSync(this.root + path);
  }
}

/** The middle time of a plan with each kind of reading, warm and in turn, in ms. */
function pinnedAndPlain(roots: readonly string[]): [pinned: number, plain: number] {
  const template = findTemplate('docker');
  const times = { pinned: [] as number[], plain: [] as number[] };
  for (const [at, root] of roots.entries()) {
    const disks = [['pinned', new LocalDisk(root)] as const, ['plain', new PlainDisk(root)] as const];
    // The second finds everything in the kernel's caches.
    for (const [kind, disk] of at % 2 === 0 ? disks : disks.reverse()) {
      const begin = performance.now();
      planPatch(new RootFiles(root, true, disk), { template });
      if (at >= ROOTS / 2) times[kind].push(performance.now() - begin);
    }
  }
  return [median(times.pinned), median(times.plain)];
}

/** What systemd's own tools take to read the same unit, in ms; undefined if they are not here. */
function systemdTools(root: string): number | undefined {
  // It can cat nothing below a root; this reads the same directories.
  const enabled = { command: 'systemctl', args: [`--root=${root}`, 'is-enabled', 'docker.service'] };
  const verify = {
    command: 'systemd-analyze',
    args: ['verify', `--root=${root}`, '--man=no', 'docker.service'],
    statuses: [0, 1],
  };
  const { stdout, error } = spawnSync(enabled.command, enabled.args, { encoding: 'utf8' });
  if (error) return undefined;
  if (stdout !== 'enabled\n') throw new Error('systemctl does not find docker.service enabled');
  const [one = NaN, other = NaN] = wallTimes(20, [enabled, verify]).map(median);
  return one + other;
}

const ms = (figure: number): string => `${figure.toFixed(figure < 10 ? 2 : 0)} ms`;
const mib = (kib: number): string => `${(kib / 1024).toFixed(0)} MiB`;
