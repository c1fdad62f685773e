/** Whether this machine can serve these suites, and the reason if it cannot. */
import { spawnSync } from 'node:child_process';
import { whyNoSystemd } from '../conformance/stage.js';
import { fetchPackages } from './debian.js';
import type { Packages, Suite } from './debian.js';

const commands = ['apt-get', 'dpkg-deb', 'deb-systemd-helper', 'systemctl', 'flock', 'tar', 'git', 'patch'];

/** What the suites of this directory work with. */
export interface Debian {
  /** why they cannot run here, or undefined where they can */
  readonly whyNot: string | undefined;
  readonly packages: (suite: Suite) => Packages;
}

/** Fetches the packages of each suite; where that cannot be, says so on stderr and in the answer. */
export async function debian(suites: readonly Suite[], names: readonly string[]): Promise<Debian> {
  const fetched = new Map<Suite, Packages>();
  const whyNot = missingFromMachine() ?? (await fetchAll(suites, names, fetched));
  // Jest does not print the names of skipped tests unless it runs a single file.
  if (whyNot !== undefined) process.stderr.write(`test/packages is skipped: ${whyNot}\n`);
  return { whyNot, packages: (suite) => fetched.get(suite) ?? new Map<string, string>() };
}

async function fetchAll(
  suites: readonly Suite[],
  names: readonly string[],
  fetched: Map<Suite, Packages>,
): Promise<string | undefined> {
  try {
    for (const suite of suites) fetched.set(suite, await fetchPackages(suite, names));
    return undefined;
  } catch (error) {
    return `the packages cannot be fetched: ${String(error)}`;
  }
}

function missingFromMachine(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux';
  const absent = commands.filter((name) => spawnSync('which', [name]).status !== 0);
  return absent.length > 0 ? `not installed here: ${absent.join(', ')}` : whyNoSystemd();
}
