/** Debian packages as apt gives them: fetched once into a cache that is never committed, and asked what they hold. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export type Suite = 'bookworm' | 'trixie';

/** Package name → the .deb in the cache. */
export type Packages = ReadonlyMap<string, string>;

/** Of debian-archive-keyring; what apt trusts by default may not hold the keys of a newer suite. */
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

const maxBuffer = 256 * 1024 * 1024;

/** Output of a command; a failing one throws with what it said. */
export function output(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    maxBuffer,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/**
 * The packages of a suite by name. What the cache holds is used as it is, so a second run needs no network;
 * empty the cache to get newer ones.
 */
export async function fetchPackages(suite: Suite, names: readonly string[]): Promise<Packages> {
  const cache = path.join(cacheDirectory(), suite);
  fs.mkdirSync(cache, { recursive: true });
  return await withLock(path.join(cache, 'lock'), () => {
    const missing = names.filter((name) => cachedPackage(cache, name) === undefined);
    if (missing.length > 0) download(suite, cache, missing);
    return new Map(names.map((name) => [name, cachedPackage(cache, name) ?? fail(suite, name)]));
  });
}

/** Unpacks a package as dpkg would; `members` (tar wildcards) takes only part of it. */
export function unpack(deb: string, root: string, members: readonly string[] = []): void {
  // Not `dpkg-deb -x`: that of bookworm replaces the link lib -> usr/lib by a directory.
  const script =
    'deb=$1; shift; dpkg-deb --fsys-tarfile "$deb" | tar --extract --keep-directory-symlink "$@"';
  const options = ['--no-same-owner', '--directory', root, '--wildcards', ...members];
  const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', deb, ...options], { encoding: 'utf8' });
  // A package without any such member is no mistake.
  const serious = stderr.replace(/^tar: .*: Not found in archive$|^tar: Exiting with failure.*$/gm, '');
  if (status !== 0 && (members.length === 0 || serious.trim() !== '')) throw new Error(stderr);
}

/** The system units that the package's own postinst enables when it is installed for the first time. */
export function unitsEnabledOnInstall(deb: string): string[] {
  const postinst = spawnSync('sh', ['-c', 'dpkg-deb --ctrl-tarfile "$1" | tar -xO ./postinst', 'sh', deb], {
    encoding: 'utf8',
  }).stdout;
  // nftables asks `debian-installed` first: only an upgrade touches its links, an installation makes none.
  if (postinst.includes('deb-systemd-helper debian-installed')) return [];
  return [...postinst.matchAll(/deb-systemd-helper enable '?([^'\s]+)'?/g)].map((match) => match[1] ?? '');
}

function cacheDirectory(): string {
  const base = process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache');
  return path.join(base, 'unit-patch', 'debs');
}

function cachedPackage(cache: string, name: string): string | undefined {
  const file = fs.readdirSync(cache).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith('.deb'));
  return file === undefined ? undefined : path.join(cache, file);
}

function fail(suite: Suite, name: string): never {
  throw new Error(`apt-get download brought no ${name} of ${suite}`);
}

/** Jest runs the suites side by side, and apt does not like company. */
async function withLock<T>(file: string, work: () => T): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  try {
    return work();
  } finally {
    const exit = once(holder, 'exit');
    holder.stdin.end();
    await exit;
  }
}

function download(suite: Suite, cache: string, names: readonly string[]): void {
  const options = aptOptions(suite, path.join(cache, 'apt'));
  const fresh = fs.mkdtempSync(path.join(cache, 'download-'));
  try {
    output('apt-get', [...options, '--error-on=any', 'update']);
    execFileSync('apt-get', [...options, 'download', ...names], {
      cwd: fresh,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const entry of fs.readdirSync(fresh)) {
      fs.renameSync(path.join(fresh, entry), path.join(cache, entry));
    }
  } finally {
    fs.rmSync(fresh, { recursive: true, force: true });
  }
}

/** An apt of its own for the suite, beside that of the machine: its own lists and sources, the machine's archive. */
function aptOptions(suite: Suite, state: string): string[] {
  const sources = path.join(state, 'sources.list');
  const status = path.join(state, 'status');
  for (const directory of ['lists/partial', 'cache/archives/partial']) {
    fs.mkdirSync(path.join(state, directory), { recursive: true });
  }
  fs.writeFileSync(status, '');
  fs.writeFileSync(sources, `deb [signed-by=${keyring}] ${machineArchive()} ${suite} main\n`);
  const settings = {
    'Dir::Etc::SourceList': sources,
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': path.join(state, 'lists'),
    'Dir::State::Status': status,
    'Dir::Cache': path.join(state, 'cache'),
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  };
  return ['-q', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}

/** Where this machine gets Debian from: no host name belongs in this file. */
function machineArchive(): string {
  const uris = output('apt-get', ['update', '--print-uris']);
  const found = /^'(\S+)\/dists\/(?:bullseye|bookworm|trixie|stable|testing|sid)\/InRelease'/m.exec(uris);
  if (found?.[1] === undefined) throw new Error('the sources of apt on this machine name no Debian archive');
  return found[1];
}
