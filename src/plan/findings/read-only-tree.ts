import { type Files, parentOf, rootPath, type RootPath } from '../../files/files.js';
import { parseUnitName } from '../../units/name.js';
import { isCommand } from '../../units/settings.js';
import { isDependency, type Wanted } from '../settings.js';
import type { Check } from './check.js';
import { refuse, type Report } from './finding.js';

/**
 * The file would lie in a tree that another program makes, and replaces as a whole: writing there fails, or is lost.
 */
export const readOnlyTree: Check = {
  code: 'read-only-tree',
  level: 'refuse',
  mayBeForced: true,
  docs: {
    title: 'the directory belongs to a package manager',
    meaning:
      'The file would lie in /nix/store, /gnu/store or the /usr of an ostree system, which only their own tools may write to.',
    wayOut: 'Put the lines that are named into configuration.nix, or the drop-in into a package.',
  },
  run: {
    follow: ({ files, dropIns, watch }) => [
      ...dropIns
        .filter(({ keep }) => !keep)
        .flatMap(({ part, missing }) => treeAbove(files, part.own.path, part.unit.id, missing)),
      ...watch.changes.flatMap(({ path }) => treeAbove(files, path, '', [])),
    ],
  },
};

/** Stores that only their own package manager writes to: nix(1), guix(1). */
const STORES = ['/nix/store/', '/gnu/store/'];

/** What an ostree deployment has in its root; ostree mounts its /usr read-only: ostree-prepare-root(1). */
const OSTREE = ['/run/ostree-booted', '/ostree', '/sysroot/ostree'].map(rootPath);

/** Whether a path lies in such a tree. */
export function isReadOnly(files: Files, path: RootPath): boolean {
  return storeOf(path) !== undefined || isInOstree(files, path);
}

function storeOf(path: RootPath): string | undefined {
  return STORES.find((one) => path.startsWith(one));
}

function isInOstree(files: Files, path: RootPath): boolean {
  return path.startsWith('/usr/') && OSTREE.some((one) => files.lstat(one));
}

/**
 * @param path where the file will really be written, after all links
 * @param missing what it would say, and of which unit
 */
export function treeAbove(files: Files, path: RootPath, unit: string, missing: readonly Wanted[]): Report[] {
  const store = storeOf(path);
  if (store !== undefined) {
    const way = store.startsWith('/nix')
      ? nixWay(unit, missing)
      : 'declare these lines where that store is declared';
    return [
      refuse(`${path} lies in ${store.slice(0, -1)}, which only its own package manager may write to`, way),
    ];
  }
  if (!isInOstree(files, path)) return [];
  return [
    refuse(
      `${parentOf(path)} lies in /usr, which is read-only in an ostree system, and replaced by every upgrade`,
      'make /etc/systemd/system a directory of its own, or put the drop-in into a package or the image',
    ),
  ];
}

/** NixOS names settings as systemd does, with a small first letter: configuration.nix(5), systemd.services. */
function nixWay(unit: string, missing: readonly Wanted[]): string {
  const [first] = unit.split(/\.(?=[a-z]+$)/);
  const name = /^[A-Za-z][\w-]*$/.test(first ?? '') ? first : JSON.stringify(first);
  const type = parseUnitName(unit)?.type ?? 'service';
  const settings = missing.map((one) => `${nixSetting(one)};`).join(' ');
  return `declare it in configuration.nix: systemd.${type}s.${name} = { ${settings} }; then: sudo nixos-rebuild switch`;
}

function nixSetting({ section, key, value }: Wanted): string {
  const small = key.charAt(0).toLowerCase() + key.slice(1);
  if (isDependency({ section, key, value })) return `${small} = [ ${JSON.stringify(value)} ]`;
  if (!isCommand({ section, key })) return `${small} = ${value}`;
  return `serviceConfig.${key} = ${JSON.stringify(value.replace(/(?<![^\s-])[^\s-]*\/systemctl\b/, '${config.systemd.package}/bin/systemctl'))}`;
}
