import type { Kind } from './files.js';

/** How to find out about files where there are too many to keep the names of all. */
export interface Many {
  /** gives the names of all */
  readonly files: () => readonly string[];
  /** whether there is a regular file of a name */
  readonly isFile: (name: string) => boolean;
}

/** What a directory holds, in no order. */
export class Listing {
  private all: readonly string[] | undefined;
  private known: ReadonlySet<string> | undefined;

  /**
   * @param regular the names of its regular files
   * @param others the names of everything else, and what they are
   */
  constructor(
    private readonly regular: readonly string[] | Many,
    readonly others: ReadonlyMap<string, Kind>,
  ) {}

  /** The names of its regular files. */
  get files(): readonly string[] {
    this.all ??= 'isFile' in this.regular ? this.regular.files() : this.regular;
    return this.all;
  }

  /** What kind of thing has a name; undefined where nothing does. */
  kind(name: string): Kind | undefined {
    return this.others.get(name) ?? (this.isFile(name) ? 'file' : undefined);
  }

  /** All names. */
  names(): string[] {
    return [...this.files, ...this.others.keys()];
  }

  private isFile(name: string): boolean {
    if ('isFile' in this.regular) return this.regular.isFile(name);
    this.known ??= new Set(this.regular);
    return this.known.has(name);
  }
}

/**
 * The listing of a directory that holds these names, for who brings files of his own to the library.
 * @example
 * ```ts
 * import { listingOf } from 'unit-patch';
 *
 * const listing = listingOf([['docker.service', 'file'], ['docker.service.d', 'directory']]);
 * assert.deepEqual(listing.files, ['docker.service']);
 * assert.equal(listing.kind('docker.service.d'), 'directory');
 * ```
 */
export function listingOf(kinds: Iterable<readonly [name: string, kind: Kind]>): Listing {
  const [files, others] = [[] as string[], new Map<string, Kind>()];
  for (const [name, kind] of kinds) {
    if (kind === 'file') files.push(name);
    else others.set(name, kind);
  }
  return new Listing(files, others);
}

export const NOTHING_LISTED = listingOf([]);
