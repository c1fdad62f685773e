import { EXIT, UnitPatchError } from '../errors.js';
import {
  baseName,
  type FileInfo,
  type Files,
  type Followed,
  type Listing,
  listingOf,
  parentOf,
  type RootPath,
  rootPath,
} from './files.js';
import { readError } from './read-errors.js';

/** The content of a file, or the text of a link. */
export type TextOrLink = Buffer | { readonly link: RootPath };

const DIRECTORY: FileInfo = { kind: 'directory', size: 0, mode: 0o755 };
const NULL_DEVICE = rootPath('/dev/null');

/**
 * A root of which only these files are known; reading touches no disk. In the known directories a file that was not
 * given does not exist. Asking for anything beyond them is an error, so that unknown is not taken for missing.
 */
export class TextFiles implements Files {
  private readonly directories: ReadonlySet<string>;
  /** the content of each directory */
  private readonly held = new Map<string, Set<RootPath>>();

  /**
   * @param root the name of the root in reports
   * @param given the files, by their paths
   * @param known the directories of which everything is known
   */
  constructor(
    readonly root: string,
    private readonly given: ReadonlyMap<RootPath, TextOrLink>,
    private readonly known: readonly RootPath[],
  ) {
    this.directories = new Set([...known.flatMap(withParents), ...[...given.keys()].flatMap(parents)]);
    for (const one of [...given.keys(), ...this.directories] as RootPath[]) {
      if (one === '/') continue;
      const beside = this.held.get(parentOf(one));
      if (beside) beside.add(one);
      else this.held.set(parentOf(one), new Set([one]));
    }
  }

  lstat(path: RootPath): FileInfo | undefined {
    const item = this.given.get(path);
    if (Buffer.isBuffer(item)) return { kind: 'file', size: item.length, mode: 0o644 };
    if (item) return { kind: 'link', size: item.link.length, mode: 0o777 };
    if (this.directories.has(path)) return DIRECTORY;
    if (path === NULL_DEVICE || this.known.some((directory) => path.startsWith(`${directory}/`)))
      return undefined;
    throw notKnown(path);
  }

  follow(path: RootPath): Followed {
    const item = this.given.get(path);
    if (item && !Buffer.isBuffer(item)) {
      const end = this.follow(item.link);
      return { ...end, links: end.links + 1 };
    }
    return this.followParents(path);
  }

  followParents(path: RootPath): Followed {
    return { path, info: this.lstat(path), lost: false, links: 0 };
  }

  list(path: RootPath): Listing | undefined {
    if (this.lstat(path)?.kind !== 'directory') return undefined;
    const here = this.held.get(path) ?? [];
    return listingOf([...here].map((one) => [baseName(one), this.lstat(one)?.kind ?? 'file']));
  }

  readLink(path: RootPath): string {
    const item = this.given.get(path);
    if (!item || Buffer.isBuffer(item)) throw readError(path, 'EINVAL');
    return item.link;
  }

  read(path: RootPath): Buffer {
    const item = this.given.get(this.follow(path).path);
    if (!Buffer.isBuffer(item)) throw readError(path, 'ENOENT');
    return item;
  }
}

function notKnown(path: RootPath): UnitPatchError {
  return new UnitPatchError(
    'not-known',
    `${path} was not given`,
    EXIT.usage,
    'give it, or name a root: --root DIR',
  );
}

function withParents(path: RootPath): string[] {
  return [path, ...parents(path)];
}

function parents(path: RootPath): string[] {
  return path === '/' ? [] : withParents(parentOf(path));
}
