import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const SOURCES = '/etc/apt/sources.list.d/debian.sources';

/** A Debian suite whose systemd can be asked, and the version it brings. */
export const SUITES: Readonly<Record<string, number>> = { bullseye: 247, bookworm: 252, trixie: 257 };

/** Where the tree of a suite stands once it was made. */
export function treeOf(suite: string): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return join(cache, 'unit-patch', 'trees', suite);
}

/** The suites to ask besides this machine's own: those that UNIT_PATCH_SUITES names, else those at hand. */
export function askedSuites(): string[] {
  const asked = process.env.UNIT_PATCH_SUITES;
  if (asked !== undefined) return asked.split(',').filter((suite) => suite !== '');
  return Object.keys(SUITES).filter((suite) => existsSync(treeOf(suite)));
}

/** Makes the tree of a suite from the mirror that this machine's own apt uses, unless it is at hand. */
export function makeTree(suite: string): string {
  const tree = treeOf(suite);
  if (existsSync(tree)) return tree;
  const partial = `${tree}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    if (spawnSync('debootstrap', ['--version']).error) run('apt-get', ['install', '-y', 'debootstrap']);
    run('debootstrap', ['--variant=minbase', '--include=systemd', suite, partial, mirror()]);
    // Another of Jest's workers may have made the same tree meanwhile.
    if (!existsSync(tree)) renameSync(partial, tree);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return tree;
}

/** The mirror that this machine's own apt uses; its name stands in no file of ours. */
export function mirror(): string {
  const [, uri] = /^URIs:\s*(\S+)/m.exec(readFileSync(SOURCES, 'utf8')) ?? [];
  if (uri === undefined) throw new Error(`${SOURCES} names no mirror`);
  return uri;
}

function run(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed:\n${stdout.slice(-2000)}\n${stderr}`);
}
