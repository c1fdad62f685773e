import type { Files, RootPath } from '../system/files.js';

/**
 * Whether systemd takes what stands at `path` for a mask: a link to /dev/null, a device, or an empty file
 * (null_or_empty_path()). In an image /dev/null need not exist.
 */
export function isMask(files: Files, path: RootPath): boolean {
  const { path: resolved, info, lost } = files.follow(path);
  if (resolved === '/dev/null' && !lost) return true;
  return info?.kind === 'device' || (info?.kind === 'file' && info.size === 0);
}
