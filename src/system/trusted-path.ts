import fs from 'fs-extra';

/** As many links as the kernel follows on one path: MAXSYMLINKS. */
const LINKS_MAX = 40;
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Whether nobody but root can change what stands at a path, or put something else there: what the path leads to and
 * every directory on the way, through each link, belongs to root and can be written by nobody else. The sticky bit of
 * /tmp does not help, since it lets anybody make what is not there yet.
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
