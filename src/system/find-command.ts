import fs, { constants } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** The most links that the kernel follows on one path: MAXSYMLINKS. */
const LINKS_MAX = 40;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Whether only root can change the file at a path or put another one there. The file and every directory on the way,
 * through each link, must belong to root and be writable by nobody else. A sticky directory such as /tmp is not safe
 * either, since anybody can create a missing file in it.
 * @param path an absolute path
 */
export function onlyRootChanges(path: string): boolean {
  try {
    return isRootsAlone('/') && isTrusted(path);
  } catch {
    return false;
  }
}

function isTrusted(path: string): boolean {
  const todo = namesIn(path);
  let done: string[] = [];
  let links = 0;
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (name === '..') {
      done.pop();
      continue;
    }
    const here = `/${[...done, name].join('/')}`;
    if (fs.lstatSync(here).isSymbolicLink()) {
      if (++links > LINKS_MAX) return false;
      const target = fs.readlinkSync(here);
      if (target.startsWith('/')) done = [];
      todo.push(...namesIn(target));
    } else if (isRootsAlone(here)) done.push(name);
    else return false;
  }
  return true;
}

function isRootsAlone(path: string): boolean {
  const { uid, mode } = fs.lstatSync(path);
  return uid === 0 && (mode & WRITABLE_BY_OTHERS) === 0;
}

/** The components of a path, the first one last. */
function namesIn(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .reverse();
}

/** Where systems keep their commands; the PATH of a plain user, or of cron, lacks half of them. */
const USUAL: readonly string[] = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
];

/** The file of a command, or why it is not used. */
export type Found = { readonly file: string } | { readonly why: string };

/**
 * Finds the file of a command. Every command that this program starts is found here, by an absolute path: npx puts
 * `node_modules/.bin` of the working directory and of all directories above it before PATH.
 * @param path the directories to look in first, as $PATH has them
 * @param isRoot whether the file must be one that only root can change
 * @param usual the directories to look in last
 */
export function searchCommand(
  name: string,
  path = process.env.PATH ?? '',
  isRoot = process.geteuid?.() === 0,
  usual: readonly string[] = USUAL,
): Found {
  const there = directoriesOf(path, usual)
    .map((directory) => join(directory, name))
    .filter(isExecutable);
  const file = there.find((one) => !isRoot || onlyRootChanges(one));
  if (file !== undefined) return { file };
  const [first] = there;
  return {
    why: first === undefined ? 'is not installed' : `is not run: users other than root can change ${first}`,
  };
}

/** The same for a command that the caller may name by its path. */
export function fileOfCommand(command: string): Found {
  return command.includes('/') ? { file: command } : searchCommand(command);
}

/** The same, without the reason why there is none. */
export function findCommand(...args: Parameters<typeof searchCommand>): string | undefined {
  const found = searchCommand(...args);
  return 'file' in found ? found.file : undefined;
}

/** The PATH that commands get: the directories in which searchCommand() looks, and no others. */
export function safePath(path = process.env.PATH ?? '', isRoot = process.geteuid?.() === 0): string {
  return directoriesOf(path)
    .filter((directory) => !isRoot || onlyRootChanges(directory))
    .join(':');
}

/** Directories that depend on the working directory do not count, nor do those of packages. */
function directoriesOf(path: string, usual = USUAL): string[] {
  const given = path.split(':').filter((directory) => isAbsolute(directory));
  return [...new Set([...given, ...usual])].filter((directory) => !liesInPackages(directory));
}

function liesInPackages(directory: string): boolean {
  const isIn = (place: string): boolean => place.split('/').includes('node_modules');
  return isIn(directory) || isIn(realPath(directory));
}

function realPath(directory: string): string {
  try {
    return fs.realpathSync.native(directory);
  } catch {
    return directory;
  }
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
