import type { Disk } from '../../src/files/disk.js';
import { FarDisk, type FarFile } from '../../src/files/far-disk.js';
import { type Files, parentOf, type RootPath, rootPath } from '../../src/files/files.js';
import { RootFiles } from '../../src/files/root-files.js';
import type { Item, Tree } from './tree.js';

const DIRECTORY: FarFile = { info: { kind: 'directory', size: 0, mode: 0o755 } };

/** A root in memory, for a test that reads more roots than a disk takes in time. */
export function memoryFiles(tree: Tree): Files {
  return new RootFiles('/', true, memoryDisk(tree));
}

/** What such a root lies on. */
export function memoryDisk(tree: Tree): Disk {
  const all = new Map<RootPath, FarFile>([[rootPath('/'), DIRECTORY]]);
  for (const [name, item] of Object.entries(tree)) {
    const path = rootPath(name);
    for (let at = parentOf(path); !all.has(at); at = parentOf(at)) all.set(at, DIRECTORY);
    all.set(path, fileOf(item));
  }
  // As if another machine had sent them, and nobody were there to ask for more.
  const disk = new FarDisk((paths) => paths.map(() => undefined));
  disk.keep(all, true);
  return disk;
}

function fileOf(item: Item): FarFile {
  if (typeof item === 'object' && 'link' in item)
    return { info: { kind: 'link', size: 0, mode: 0o777 }, link: item.link };
  if (typeof item === 'object' && 'directory' in item) return DIRECTORY;
  const bytes = Buffer.from(item);
  return { info: { kind: 'file', size: bytes.length, mode: 0o644 }, bytes };
}
