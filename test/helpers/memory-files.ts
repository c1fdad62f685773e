import {
  baseName,
  CHASE_LINKS_MAX,
  type FileInfo,
  type Files,
  type Followed,
  inDirectory,
  type Listing,
  listingOf,
  parentOf,
  type RootPath,
  rootPath,
} from '../../src/files/files.js';
import type { Item, Tree } from './tree.js';

const DIRECTORY: FileInfo = { kind: 'directory', size: 0, mode: 0o755 };

/** A root in memory, for a test that reads more roots than a disk takes in time. */
export class MemoryFiles implements Files {
  readonly root = '/';
  private readonly items = new Map<RootPath, Item>();
  /** the paths in each directory */
  private readonly held = new Map<RootPath, Set<RootPath>>([[rootPath('/'), new Set()]]);

  constructor(tree: Tree) {
    for (const [name, item] of Object.entries(tree)) {
      const path = rootPath(name);
      this.items.set(path, item);
      if (isDirectory(item)) this.hold(path);
      else this.hold(parentOf(path)).add(path);
    }
  }

  lstat(path: RootPath): FileInfo | undefined {
    return this.followParents(path).info;
  }

  follow(path: RootPath): Followed {
    return this.resolve(path, true);
  }

  followParents(path: RootPath): Followed {
    return this.resolve(path, false);
  }

  list(path: RootPath): Listing | undefined {
    const held = this.held.get(this.follow(path).path);
    return held && listingOf([...held].map((one) => [baseName(one), this.infoAt(one)?.kind ?? 'other']));
  }

  readLink(path: RootPath): string {
    const item = this.items.get(this.followParents(path).path);
    if (!isLink(item)) throw new Error(`${path} is not a link`);
    return item.link;
  }

  read(path: RootPath): Buffer {
    const item = this.items.get(this.follow(path).path);
    if (typeof item === 'string') return Buffer.from(item);
    if (item instanceof Uint8Array) return Buffer.from(item);
    throw new Error(`${path} is not a file`);
  }

  private hold(directory: RootPath): Set<RootPath> {
    const held = this.held.get(directory) ?? new Set();
    this.held.set(directory, held);
    if (directory !== '/') this.hold(parentOf(directory)).add(directory);
    return held;
  }

  private resolve(path: RootPath, isLastFollowed: boolean): Followed {
    const left = partsOf(path);
    let at = rootPath('/');
    let links = 0;
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      const next = name === '..' ? parentOf(at) : inDirectory(at, name);
      const item = this.items.get(next);
      if (!isLink(item) || (left.length === 0 && !isLastFollowed)) {
        at = next;
        continue;
      }
      if (++links > CHASE_LINKS_MAX) return { path, info: undefined, lost: true, links };
      if (item.link.startsWith('/')) at = rootPath('/');
      left.unshift(...partsOf(item.link));
    }
    return { path: at, info: this.infoAt(at), lost: false, links };
  }

  private infoAt(path: RootPath): FileInfo | undefined {
    if (this.held.has(path)) return DIRECTORY;
    const item = this.items.get(path);
    if (item === undefined || isDirectory(item)) return undefined;
    return isLink(item)
      ? { kind: 'link', size: item.link.length, mode: 0o777 }
      : { kind: 'file', size: Buffer.byteLength(item), mode: 0o644 };
  }
}

function isLink(item: Item | undefined): item is { readonly link: string } {
  return typeof item === 'object' && 'link' in item;
}

function isDirectory(item: Item): item is { readonly directory: true } {
  return typeof item === 'object' && 'directory' in item;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}
