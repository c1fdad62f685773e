import type { Kind } from './files.js';

/** What a directory holds, in no order. */
export class Listing {
  private known: ReadonlySet<string> | undefined;

  /**
   * @param files the names of its regular files
   * @param others the names of everything else, and what they are
   * @param look finds out whether there is a regular file of a name, where there are so many that to sort them all by
   *   name takes longer than to look at those that somebody asks for
   */
  constructor(
    readonly files: readonly string[],
    readonly others: ReadonlyMap<string, Kind>,
    private readonly look?: (name: string) => boolean,
  ) {}

  /** What kind of thing has a name; undefined where nothing does. */
  kind(name: string): Kind | undefined {
    return this.others.get(name) ?? (this.isFile(name) ? 'file' : undefined);
  }

  /** All names. */
  names(): string[] {
    return [...this.files, ...this.others.keys()];
  }

  private isFile(name: string): boolean {
    if (this.look) return this.look(name);
    this.known ??= new Set(this.files);
    return this.known.has(name);
  }
}

/** The listing of these names. */
export function listingOf(kinds: Iterable<readonly [name: string, kind: Kind]>): Listing {
  const [files, others] = [[] as string[], new Map<string, Kind>()];
  for (const [name, kind] of kinds) {
    if (kind === 'file') files.push(name);
    else others.set(name, kind);
  }
  return new Listing(files, others);
}

export const NOTHING_LISTED = listingOf([]);
