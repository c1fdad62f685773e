import fs from 'node:fs';
import module from 'node:module';

/** In Node.js since 22.8. */
const { enableCompileCache } = module as { enableCompileCache?: (directory: string) => unknown };

/** The write bits of group and others. */
const BY_OTHERS = 0o022;

/**
 * Lets Node.js keep what it compiles of a program, for the next runs ("Module compile cache" in its documentation). It
 * lies beside the program, so that who can change it can change the program itself, and goes with it. A directory that
 * is not this user's alone gets none: what root left in it, its owner could not remove. Nothing depends on it, so that
 * whatever fails here is passed over.
 * @param directory where the program lies
 */
export function keepCompiled(directory: string): void {
  const { NODE_COMPILE_CACHE, NODE_DISABLE_COMPILE_CACHE } = process.env;
  if (!enableCompileCache || NODE_COMPILE_CACHE || NODE_DISABLE_COMPILE_CACHE) return;
  const cache = `${directory}/.cache`;
  try {
    if (!isOnlyOurs(directory)) return;
    if (!fs.existsSync(cache)) fs.mkdirSync(cache, 0o700);
    if (isOnlyOurs(cache)) enableCompileCache(cache);
  } catch {
    // The file system is full or read-only, or something else has that name.
  }
}

function isOnlyOurs(directory: string): boolean {
  const stats = fs.lstatSync(directory);
  return stats.isDirectory() && stats.uid === process.geteuid?.() && (stats.mode & BY_OTHERS) === 0;
}
