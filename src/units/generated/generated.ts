import { type Files, inDirectory, type RootPath, rootPath } from '../../files/files.js';
import type { OverlayFile } from '../../files/overlay-files.js';
import { parseUnitName, templateOf } from '../name.js';
import { systemdVersion } from '../systemd-version.js';
import { fromFstab } from './fstab.js';
import { type GeneratedUnit, isExecutable } from './generated-unit.js';
import { fromQuadlet } from './quadlet.js';
import { fromInitScript } from './sysv.js';

/** The first version that runs no System V scripts: NEWS of systemd 260. */
const WITHOUT_SYSV = 260;

/**
 * The unit that a generator will make under a name that the load path lacks.
 * @param systemd the version, if a running manager gives it
 * @returns undefined if no file that a generator reads makes such a unit
 */
export function generatedUnit(files: Files, name: string, systemd?: number): GeneratedUnit | undefined {
  const parsed = parseUnitName(name);
  if (!parsed) return undefined;
  if (['mount', 'automount', 'swap'].includes(parsed.type))
    return isThere(files, 'systemd-fstab-generator') ? fromFstab(files, name) : undefined;
  if (parsed.type !== 'service') return undefined;
  const names = parsed.kind === 'instance' ? [name, templateOf(parsed)] : [name];
  return first(names, (one) => quadlet(files, one)) ?? initScript(files, name, systemd);
}

function first<Item, Result>(
  items: readonly Item[],
  find: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The System V script of a service's name, if systemd is known to be too new to run it. */
export function forgottenScript(files: Files, name: string, systemd?: number): RootPath | undefined {
  const script = name.endsWith('.service') ? fromInitScript(files, name)?.source.file : undefined;
  return script !== undefined && isWithoutSysv(files, systemd) ? script : undefined;
}

/** The files of generated units, to be laid over a root. */
export function filesOf({ name, path, text, links }: GeneratedUnit): OverlayFile[] {
  const directory = rootPath(path.slice(0, path.lastIndexOf('/')));
  const file: OverlayFile = { path: inDirectory(directory, name), after: text };
  return [file, ...links.map((link) => ({ path: inDirectory(directory, link), after: { link: file.path } }))];
}

/** The unit that runs /etc/rc.local, or where Red Hat has that. */
export const RC_LOCAL = 'rc-local.service';
const RC_LOCAL_SCRIPTS = ['/etc/rc.local', '/etc/rc.d/rc.local'].map(rootPath);

/** The link by which the boot starts that unit, if its script may be run: systemd-rc-local-generator(8). */
export function rcLocalLink(files: Files): OverlayFile[] {
  const runs = RC_LOCAL_SCRIPTS.some((script) => isExecutable(files, script));
  if (!runs || !isThere(files, 'systemd-rc-local-generator')) return [];
  const path = rootPath(`/run/systemd/generator/multi-user.target.wants/${RC_LOCAL}`);
  return [{ path, after: { link: rootPath(`/usr/lib/systemd/system/${RC_LOCAL}`) } }];
}

function quadlet(files: Files, name: string): GeneratedUnit | undefined {
  return isThere(files, 'podman-system-generator') ? fromQuadlet(files, name) : undefined;
}

function initScript(files: Files, name: string, systemd: number | undefined): GeneratedUnit | undefined {
  const made = isThere(files, 'systemd-sysv-generator') ? fromInitScript(files, name) : undefined;
  return made && !isWithoutSysv(files, systemd) ? made : undefined;
}

function isWithoutSysv(files: Files, systemd = systemdVersion(files)): boolean {
  return systemd !== undefined && systemd >= WITHOUT_SYSV;
}

/** Where generators are installed, the strongest first: systemd.generator(7). */
const GENERATORS = ['/run', '/etc', '/usr/local/lib', '/usr/lib', '/lib'].map((top) =>
  rootPath(`${top}/systemd/system-generators`),
);

/** Whether a generator may run: it is installed, or the root holds only part of a system, without systemd's own. */
function isThere(files: Files, generator: string): boolean {
  let isWhole = false;
  for (const directory of GENERATORS) {
    const listing = listIn(files, directory);
    isWhole ||= listing?.names().some((name) => /^systemd-.*-generator$/.test(name)) ?? false;
    if (listing?.kind(generator) === undefined) continue;
    // A link to /dev/null, or an empty file, masks it.
    const { info } = files.follow(inDirectory(directory, generator));
    return info?.kind === 'file' && info.size > 0;
  }
  return !isWhole;
}

function listIn(files: Files, directory: RootPath): ReturnType<Files['list']> {
  try {
    return files.list(directory);
  } catch {
    return undefined;
  }
}
