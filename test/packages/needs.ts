/** Whether this machine can serve these suites, and the reason if it cannot. */
import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';
import { fetchPackages } from './debian.js';
import type { Packages, Suite } from './debian.js';

const commands = [
  'apt-get',
  'dpkg-deb',
  'deb-systemd-helper',
  'systemctl',
  'unshare',
  'setpriv',
  'flock',
  'tar',
];

/** What the suites of this directory work with; `skipped` holds the reason where they cannot run. */
export interface Debian {
  readonly describe: typeof describe | typeof describe.skip;
  readonly packages: (suite: Suite) => Packages;
}

/** Fetches the packages, or says on stderr why the suite is skipped; under UNIT_PATCH_NO_SKIP=1 it throws instead. */
export async function debian(suites: readonly Suite[], names: readonly string[]): Promise<Debian> {
  const fetched = new Map<Suite, Packages>();
  let reason = missingFromMachine();
  try {
    if (reason === undefined) {
      for (const suite of suites) fetched.set(suite, await fetchPackages(suite, names));
    }
  } catch (error) {
    reason = `the packages could not be fetched: ${String(error)}`;
  }
  if (reason !== undefined && process.env.UNIT_PATCH_NO_SKIP === '1') throw new Error(reason);
  if (reason !== undefined) process.stderr.write(`test/packages is skipped: ${reason}\n`);
  return {
    describe: reason === undefined ? describe : describe.skip,
    packages: (suite) => fetched.get(suite) ?? new Map<string, string>(),
  };
}

function missingFromMachine(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root, for mount namespaces';
  const absent = commands.filter((name) => spawnSync('which', [name]).status !== 0);
  if (absent.length > 0) return `not installed here: ${absent.join(', ')}`;
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'mount namespaces are not allowed here';
  return undefined;
}
