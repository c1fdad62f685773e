import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import fs from 'fs-extra';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { rootPath } from '../../src/files/files.js';
import { RootFiles } from '../../src/files/root-files.js';
import { describeWhere } from '../helpers/where.js';

const ENOENT = 2;
const ENOTDIR = 20;
const ENAMETOOLONG = 36;
const ELOOP = 40;

/** Asks the kernel, inside a chroot, what paths lead to; perl-base is essential in Debian. */
const ASK = `
  chroot($ARGV[0]) && chdir("/") or die $!;
  $/ = "\\0";
  while (<STDIN>) {
    chomp;
    my @followed = stat($_); my $error = $! + 0;
    my @itself = lstat($_);
    print @followed ? "$followed[1]" : "-$error", " ", @itself ? "$itself[1]" : "none", "\\n";
  }`;

/** The inode that a path leads to, or the error's number; and the inode of what stands there, be it a link. */
interface Answer {
  readonly followed: number | { readonly errno: number };
  readonly itself: number | undefined;
}

function askKernel(root: string, paths: readonly string[]): Answer[] {
  const input = paths.map((one) => `${one}\0`).join('');
  const { status, stdout, stderr } = spawnSync('perl', ['-e', ASK, root], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [followed = '', itself] = line.split(' ');
      return {
        followed: followed.startsWith('-') ? { errno: Number(followed.slice(1)) } : Number(followed),
        itself: itself === 'none' ? undefined : Number(itself),
      };
    });
}

function whyNoChroot(): string | undefined {
  if (process.platform !== 'linux' || process.geteuid?.() !== 0) return 'it takes Linux and root to chroot';
  return spawnSync('perl', ['-e', '1']).status === 0 ? undefined : 'perl is not installed';
}

/** The entry of a name: a file, a link, or a directory of more. */
type Node = 'file' | { readonly to: string } | { readonly entries: Readonly<Record<string, Node>> };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const step = fc.oneof({ weight: 5, arbitrary: name }, fc.constantFrom('..', '.', '', '..'));
const anyPath = fc
  .tuple(
    fc.constantFrom('/', ''),
    fc.array(step, { minLength: 1, maxLength: 6 }),
    fc.constantFrom('', '', '/', '/.'),
  )
  .map(([start, steps, end]) => start + steps.join('/') + end)
  .filter((text) => text !== '');
const node = fc.letrec<{ node: Node; entries: Readonly<Record<string, Node>> }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constant<Node>('file'),
    anyPath.map((to) => ({ to })),
    anyPath.map((to) => ({ to })),
    tie('entries').map((entries) => ({ entries })),
  ),
  entries: fc.dictionary(name, tie('node'), { maxKeys: 4 }),
}));

/** Makes a tree in a new directory, so that no link that it made is ever followed on this machine. */
function make(directory: string, entries: Readonly<Record<string, Node>>): void {
  fs.mkdirSync(directory);
  for (const [name, item] of Object.entries(entries)) {
    const place = `${directory}/${name}`;
    if (item === 'file') fs.writeFileSync(place, '');
    else if ('to' in item) fs.symlinkSync(item.to, place);
    else make(place, item.entries);
  }
}

describeWhere(whyNoChroot(), 'paths lead if the kernel finds them in a chroot:', () => {
  let top = '';
  beforeAll(() => {
    top = fs.mkdtempSync(path.join(os.tmpdir(), 'unit-patch-kernel-'));
  });
  afterAll(() => {
    fs.removeSync(top);
  });

  function compare(entries: Readonly<Record<string, Node>>, paths: readonly string[]): void {
    const root = fs.mkdtempSync(`${top}/`) + '/root';
    make(root, entries);
    const files = new RootFiles(root);
    const inode = (at: string): number => fs.lstatSync(at).ino;
    askKernel(root, paths).forEach(({ followed, itself }, i) => {
      const asked = rootPath(paths[i] ?? '/');
      const found = files.follow(asked);
      const own = found.info ? inode(files.onHost(found.path)) : undefined;
      const kernels = typeof followed === 'number' ? followed : undefined;
      expect({ asked, inode: own }).toEqual({ asked, inode: kernels });
      if (typeof followed === 'object') expectReason(asked, followed.errno, found);
      // chase() knows no slash at the end, and follows less links.
      const { info, path: place, links } = files.followParents(asked);
      if (links <= 31 && !/\/\.*$/.test(asked))
        expect({ asked, inode: info && inode(files.onHost(place)) }).toEqual({ asked, inode: itself });
    });
    fs.removeSync(path.dirname(root));
  }

  function expectReason(
    asked: string,
    errno: number,
    { lost, links }: { lost: boolean; links: number },
  ): void {
    expect([ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP]).toContain(errno);
    expect({ asked, loop: lost && links > 40 }).toEqual({ asked, loop: errno === ELOOP });
  }

  test('in random trees of links and directories', () => {
    const absolute = fc.array(
      anyPath.map((text) => `/${text}`),
      { minLength: 20, maxLength: 20 },
    );
    fc.assert(fc.property(node.entries, absolute, compare), { numRuns: 300 });
  }, 60_000);

  test('behind 40 links, and not behind 41', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 42 }, (_, i): [string, Node] => [`l${i}`, { to: i === 0 ? '/d' : `l${i - 1}` }]),
    );
    const paths = [38, 39, 40, 41].flatMap((i) => [`/l${i}`, `/l${i}/file`, `/l${i}/..`, `/l${i}/`]);
    compare({ ...chain, d: { entries: { file: 'file' } } }, paths);
  });

  test('by names of 255 bytes, which are the longest, and by names that are too long', () => {
    const long = 'n'.repeat(255);
    compare({ [long]: { entries: { a: { to: `../${long}n` } } } }, [
      `/${long}`,
      `/${long}/a`,
      `/${long}/a/../..`,
    ]);
  });
});
