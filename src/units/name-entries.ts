import { inDirectory, type Listing, type RootPath } from '../files/files.js';
import { parseUnitName } from './name.js';

/** The entry of a name: an alias of another name, or a file (a link that is not an alias counts as a file). */
export type NameEntry = { readonly alias: string } | { readonly path: RootPath };

/** One directory of the load path. */
export interface ListedDirectory {
  readonly path: RootPath;
  readonly listing: Listing;
  /** Its links that stand for a name. */
  readonly links: ReadonlyMap<string, NameEntry>;
}

/**
 * Maps a name to its entry in the strongest directory that has it. A name is looked up on demand: a boot concerns a
 * few hundred of fifty thousand unit files.
 */
export class NameEntries {
  /**
   * @param directories the load path, the strongest first
   * @param added names that have an entry besides those listed
   */
  constructor(
    private readonly directories: readonly ListedDirectory[],
    private readonly added: ReadonlyMap<string, NameEntry> = new Map(),
  ) {}

  get(name: string): NameEntry | undefined {
    return this.added.get(name) ?? this.listed(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Every name, those of the strongest directory first. */
  *keys(): Iterable<string> {
    const names = new Set([
      ...this.directories.flatMap(({ listing }) => listing.names()),
      ...this.added.keys(),
    ]);
    for (const name of names) if (this.has(name)) yield name;
  }

  /** The names that are aliases, in the order of keys(). */
  aliases(): string[] {
    const links = new Set(this.directories.flatMap((directory) => [...directory.links.keys()]));
    return [...links].filter((name) => 'alias' in (this.get(name) ?? {}));
  }

  /** The same with unit files added. */
  with(files: ReadonlyMap<string, NameEntry>): NameEntries {
    return new NameEntries(this.directories, new Map([...this.added, ...files]));
  }

  private listed(name: string): NameEntry | undefined {
    if (!parseUnitName(name)) return undefined;
    for (const { path, listing, links } of this.directories) {
      const entry = listing.kind(name) === 'file' ? { path: inDirectory(path, name) } : links.get(name);
      if (entry) return entry;
    }
    return undefined;
  }
}
