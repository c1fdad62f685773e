import { type Files, rootPath } from '../files/files.js';
import type { LoadOptions } from './loader.js';

/** The first version that reads `StartLimitIntervalSec=` in [Unit]: NEWS of systemd 230. */
const START_LIMIT_IN_UNIT = 230;

/** Whether it is known that the systemd of a root reads a start limit in [Service] only. */
export function hasOldStartLimit(files: Files, { systemd = systemdVersion(files) }: LoadOptions): boolean {
  return systemd !== undefined && systemd < START_LIMIT_IN_UNIT;
}

/** The version of the systemd in a root, as far as its files tell it: its library, dpkg, or the distribution. */
export function systemdVersion(files: Files): number | undefined {
  return fromLibrary(files) ?? fromDpkg(files) ?? fromRelease(files);
}

/** Where the library of systemd's own programs lies; its name has the version in it since 231. */
const LIBRARIES = [
  '/usr/lib/systemd',
  '/lib/systemd',
  '/usr/lib64/systemd',
  '/usr/lib/x86_64-linux-gnu/systemd',
  '/usr/lib/aarch64-linux-gnu/systemd',
];

function fromLibrary(files: Files): number | undefined {
  const names = LIBRARIES.flatMap((directory) => namesIn(files, directory));
  return first(names.map((name) => /^libsystemd-shared-(\d+)/.exec(name)?.[1]));
}

function fromDpkg(files: Files): number | undefined {
  const status = textOf(files, '/var/lib/dpkg/status') ?? '';
  const [entry = ''] = /^Package: systemd\n(?:.+\n)*/m.exec(status) ?? [];
  return first([/^Version: (\d+)/m.exec(entry)?.[1]]);
}

/**
 * Distributions whose systemd is older than the versions that matter here, by `ID` and `VERSION_ID`; rpm keeps no
 * text.
 */
const OLD_RELEASES: readonly (readonly [ids: RegExp, versions: RegExp, systemd: number])[] = [
  [/^(?:centos|rhel|ol|scientific|cloudlinux|virtuozzo)$/, /^7(?:\.|$)/, 219],
  [/^amzn$/, /^2$/, 219],
  [/^(?:sles|sled|sles_sap)$/, /^12(?:\.|$)/, 228],
  [/^opensuse(?:-leap)?$/, /^42\./, 228],
  [/^debian$/, /^8$/, 215],
  [/^ubuntu$/, /^16\.04$/, 229],
];

function fromRelease(files: Files): number | undefined {
  const text = textOf(files, '/etc/os-release') ?? textOf(files, '/usr/lib/os-release') ?? '';
  const value = (key: string): string =>
    new RegExp(`^${key}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1]?.trim() ?? '';
  const [id, version] = [value('ID'), value('VERSION_ID')];
  return OLD_RELEASES.find(([ids, versions]) => ids.test(id) && versions.test(version))?.[2];
}

function first(found: readonly (string | undefined)[]): number | undefined {
  const version = found.find((one) => one !== undefined);
  return version === undefined ? undefined : Number(version);
}

/** A file that cannot be read says nothing. */
function namesIn(files: Files, directory: string): string[] {
  try {
    return files.list(rootPath(directory))?.names() ?? [];
  } catch {
    return [];
  }
}

function textOf(files: Files, path: string): string | undefined {
  try {
    const { info } = files.follow(rootPath(path));
    return info?.kind === 'file' ? files.read(rootPath(path)).toString() : undefined;
  } catch {
    return undefined;
  }
}
