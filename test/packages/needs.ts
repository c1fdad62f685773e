/** Whether this machine can serve these suites, and the reason if it cannot. */
import { spawnSync } from 'node:child_process';
import { whyNoSystemd } from '../conformance/systemd-sandbox.js';
import { fetchPackages, type Packages, type Suite } from './debian.js';

const commands = ['apt-get', 'dpkg-deb', 'deb-systemd-helper', 'systemctl', 'flock', 'tar', 'git', 'patch'];

/** What the suites of this directory work with. */
export interface Debian {
  /** why they cannot run here, or undefined if they can */
  readonly whyNot: string | undefined;
  readonly packages: (suite: Suite) => Packages;
}

/** Fetches the packages of each suite; if that cannot be, says so on stderr and in the answer. */
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
    // Of a command that failed, what apt itself says is enough.
    const [apt] = /^E: .*/m.exec(String(error)) ?? [];
    return `the packages cannot be fetched: ${apt ?? String(error)}`;
  }
}

function missingFromMachine(): string | undefined {
  // Nobody who only runs the tests should find 300 MB of packages in a cache afterwards.
  const { UNIT_PATCH_DOWNLOADS, UNIT_PATCH_NO_SKIP } = process.env;
  if (UNIT_PATCH_DOWNLOADS !== '1' && UNIT_PATCH_NO_SKIP !== '1')
    return 'it downloads 235 MB of packages, which UNIT_PATCH_DOWNLOADS=1 allows';
  if (process.platform !== 'linux') return 'it needs Linux';
  const absent = commands.filter((name) => spawnSync('which', [name]).status !== 0);
  return absent.length > 0 ? `not installed here: ${absent.join(', ')}` : whyNoSystemd();
}
