import { baseName, type Files, inDirectory, parentOf, type RootPath } from '../files/files.js';
import { readIfThere } from '../files/read-text.js';
import { ADMIN_DIRECTORY } from '../units/load-path.js';
import { parseUnitName } from '../units/name.js';
import { newDirectoryOf, ownerOf, servedUnitOf } from './drop-in-text.js';

/** The file where our drop-in belongs: who wrote it, and what it holds. */
export interface OwnFile {
  /** the unit whose drop-in it is */
  readonly unit: string;
  readonly path: RootPath;
  readonly owner: 'ours' | 'edited' | 'theirs' | 'nobody' | 'not a file';
  readonly bytes?: Buffer;
  /** the directories that come or go with it: those that are missing above it, the topmost first, or its own one */
  readonly directories: readonly RootPath[];
  /** whether it is a program */
  readonly isExecutable?: true;
}

/**
 * Looks at the place of our drop-in. Links on the way are followed now, so that the plan names the file that is really
 * written.
 * @param unit the real name of the unit that gets it
 * @param name the drop-in's file name
 */
export function findOwnFile(files: Files, unit: string, name: string): OwnFile {
  const path = inDirectory(files.follow(ownDirectory(unit)).path, name);
  // As `systemctl revert` does: UNIT.d is removed when it is empty, and nothing above it. A link to elsewhere stays.
  return fileAt(files, unit, path, files.lstat(ownDirectory(unit))?.kind === 'directory');
}

/**
 * Looks at the place of a whole file of ours, which is no drop-in. The directories that were made for it go with it.
 * @param unit the unit that it belongs to
 */
export function findWholeFile(files: Files, unit: string, name: RootPath): OwnFile {
  const path = inDirectory(files.follow(parentOf(name)).path, baseName(name));
  const own = fileAt(files, unit, path, false);
  if (!own.bytes) return own;
  const made = newDirectoryOf(own.bytes);
  return { ...own, directories: above(path).filter((one) => `${one}/`.startsWith(`${made}/`)) };
}

function fileAt(files: Files, unit: string, path: RootPath, isLast: boolean): OwnFile {
  const kind = files.lstat(path)?.kind;
  if (kind !== undefined && kind !== 'file') return { unit, path, owner: 'not a file', directories: [] };
  const bytes = readIfThere(files, path);
  if (!bytes) return { unit, path, owner: 'nobody', directories: missingAbove(files, path) };
  return { unit, path, owner: ownerOf(bytes), bytes, directories: isLast ? [parentOf(path)] : [] };
}

/**
 * The files in a unit's drop-in directory whose first line says that we wrote them for that unit, in the order of
 * their names.
 */
export function ownFiles(files: Files, unit: string): OwnFile[] {
  return [...(files.list(ownDirectory(unit))?.files ?? [])]
    .sort()
    .map((name) => findOwnFile(files, unit, name))
    .filter((file) => isOurs(file) && servedUnit(file) === undefined);
}

/**
 * Files of ours that make other units restart or start this one; the units may be gone.
 * @param others the units that may have one
 */
export function hookFiles(files: Files, unit: string, others: Iterable<string>): OwnFile[] {
  const names = hookNames(unit);
  const there = files.list(ADMIN_DIRECTORY);
  return [...others]
    .filter((other) => there?.kind(`${other}.d`))
    .sort()
    .flatMap((other) => names.map((name) => findOwnFile(files, other, name)))
    .filter((file) => isOurs(file) && servedUnit(file) === unit);
}

/** The units that have a drop-in directory in /etc. */
export function unitsWithDropIns(files: Files): string[] {
  return (files.list(ADMIN_DIRECTORY)?.names() ?? [])
    .filter((name) => name.endsWith('.d'))
    .map((name) => name.slice(0, -'.d'.length))
    .filter((name) => parseUnitName(name) !== undefined);
}

/** The names of a file that makes another unit restart or start this one: with its type, and without. */
function hookNames(unit: string): string[] {
  const names = [...new Set([unit, unit.replace(/\.[a-z]+$/, '')])];
  return names.flatMap((name) => [`50-restart-${name}.conf`, `50-start-${name}.conf`]);
}

/** Whether it restarts the other unit at each step of its own, and does not only start it along. */
export function isHook({ path }: OwnFile): boolean {
  return baseName(path).startsWith('50-restart-');
}

function isOurs({ owner }: OwnFile): boolean {
  return owner === 'ours' || owner === 'edited';
}

function servedUnit({ bytes }: OwnFile): string | undefined {
  return bytes && servedUnitOf(bytes);
}

function missingAbove(files: Files, path: RootPath): RootPath[] {
  return above(path).filter((directory) => !files.follow(directory).info);
}

/** The directories above a path, the topmost first, the root itself left out. */
function above(path: RootPath): RootPath[] {
  const all: RootPath[] = [];
  for (let at = parentOf(path); at !== '/'; at = parentOf(at)) all.unshift(at);
  return all;
}

/** The directory of our drop-ins on a unit. */
export function ownDirectory(unit: string): RootPath {
  return inDirectory(ADMIN_DIRECTORY, `${unit}.d`);
}
