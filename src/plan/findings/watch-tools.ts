import { baseName, type Files, inDirectory, rootPath, type RootPath } from '../../files/files.js';
import { distributionOf } from '../distribution.js';
import type { Check, CheckContext } from './check.js';
import { refuse, type Report, warn } from './finding.js';
import { insteadOfWatch } from './ways-out.js';

/** The script of a watch would not run here. */
export const watchNeedsTools: Check = {
  code: 'watch-needs-tools',
  level: 'refuse',
  // A watch that cannot look is one that nobody should count on.
  mayBeForced: false,
  relations: ['watch'],
  docs: {
    title: 'the watch would not run here',
    meaning:
      'The watch is a script of bash that runs coreutils, awk, docker and iptables 1.6.2 or later, and one of them is not here.',
    wayOut: 'Install what is named, or choose another relation.',
    measured: ['test/lab/harm-by-watch.test.ts'],
    weaker: 'a warning if the root holds no shell at all, as a copy of some files',
  },
  run: { follow: (context) => [...elsewhere(context), ...tools(context)] },
};

/** Distributions whose programs lie elsewhere, or that have no systemd. */
const OTHERS: Readonly<Record<string, string>> = {
  nixos: 'NixOS has no bash in /bin, and its files are declared in configuration.nix',
  alpine: 'Alpine has no systemd',
};

function elsewhere(context: CheckContext): Report[] {
  const why = distributionOf(context.files).flatMap((id) => OTHERS[id] ?? []);
  return why.map((text) =>
    refuse(`the watch does not run here: ${text}`, insteadOfWatch(context, watchNeedsTools.code)),
  );
}

/** The PATH of the script, and of systemd. */
const PATH = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'].map(rootPath);

const NEEDED = ['bash', 'awk', 'stdbuf', 'timeout', 'docker', 'iptables-save', 'iptables-restore'];

function tools(context: CheckContext): Report[] {
  const { files } = context;
  const isNft = backendIsNft(files);
  const missing = [...NEEDED, ...(isNft ? ['xtables-monitor'] : [])].filter((name) => !find(files, name));
  const version = oldIptables(files);
  if (version !== undefined)
    return [
      refuse(
        `iptables is older than 1.6.2 here (${version}), and the watch needs its iptables-restore -w`,
        insteadOfWatch(context, watchNeedsTools.code),
      ),
    ];
  if (missing.length === 0) return [];
  const text = `the watch needs ${missing.join(', ')} in ${PATH.join(', ')}`;
  if (!find(files, 'sh')) return [warn(`${text}; this root holds no programs`, 'see that they are there')];
  return [
    refuse(
      `${text}, and this root has no such program`,
      `install it, or ${insteadOfWatch(context, watchNeedsTools.code)}`,
    ),
  ];
}

/** Where a program of the script's PATH really lies; undefined if there is none. */
function find(files: Files, name: string): RootPath | undefined {
  for (const directory of PATH) {
    const { path, info } = files.follow(inDirectory(directory, name));
    if (info?.kind === 'file') return path;
  }
  return undefined;
}

/** Alternatives or links make one of two programs of iptables. */
function backendIsNft(files: Files): boolean {
  const path = find(files, 'iptables');
  return path !== undefined && baseName(path).includes('-nft');
}

const LIBRARIES = /^libxtables\.so\.(\d+)$/;

/** libxtables.so.12 came with iptables 1.6.2; the older one that is there, if it is the newest. */
function oldIptables(files: Files): RootPath | undefined {
  const directories = ['/usr/lib64', '/lib64', '/usr/lib', '/lib'].map(rootPath);
  const triplets = directories.flatMap((directory) =>
    [...(files.list(directory)?.others ?? [])]
      .filter(([name]) => /^[a-z0-9_]+-linux-gnu/.test(name))
      .map(([name]) => inDirectory(directory, name)),
  );
  const found = [...directories, ...triplets].flatMap((directory) =>
    (files.list(directory)?.names() ?? []).flatMap((name) => {
      const [, number] = LIBRARIES.exec(name) ?? [];
      return number === undefined ? [] : [{ number: Number(number), path: inDirectory(directory, name) }];
    }),
  );
  const newest = found.sort((a, b) => b.number - a.number)[0];
  return newest && newest.number < 12 ? newest.path : undefined;
}
