import { FILE_MAX } from './read-disk.js';
import { readError, tooLarge } from './read-errors.js';
import type { Disk, ListedOnDisk, ListOptions } from './disk.js';
import { baseName, type FileInfo, type FileKind, inDirectory, parentOf, type RootPath } from './files.js';

/** What is known of one path of another machine. */
export interface FarFile {
  /** missing if even that is refused */
  readonly info?: FileInfo;
  /** the text of a link */
  readonly link?: string;
  /** the content of a regular file */
  readonly bytes?: Buffer;
  /** the names in a directory, with their kinds */
  readonly names?: ReadonlyMap<string, FileKind>;
  /** the code of the system error, if its content may not be read */
  readonly refused?: string;
}

/**
 * Looks at paths of the other machine, all in one go.
 * @returns what is there, in the same order; undefined for a path at which nothing is
 */
export type Look = (paths: readonly RootPath[], withContent: boolean) => readonly (FarFile | undefined)[];

/**
 * The files of another machine, as far as they were sent; it is asked for what is missing. They are kept in memory only:
 * nothing that it sends can write here.
 */
export class FarDisk implements Disk {
  private readonly known = new Map<RootPath, FarFile | undefined>();

  constructor(private readonly look: Look) {}

  /** Asks for paths that will be needed, in one go. */
  lookAhead(paths: readonly RootPath[]): void {
    const files = this.look(paths, false);
    for (const [at, path] of paths.entries()) this.known.set(path, files[at]);
  }

  /**
   * Keeps what was sent.
   * @param isWhole whether nothing was left out: then a directory holds no other names than those that were sent
   */
  keep(sent: ReadonlyMap<RootPath, FarFile>, isWhole: boolean): void {
    const names = new Map<RootPath, Map<string, FileKind>>();
    for (const [path, { info }] of sent) if (info?.kind === 'directory') names.set(path, new Map());
    for (const [path, { info }] of sent) if (info) names.get(parentOf(path))?.set(baseName(path), info.kind);
    for (const [path, file] of sent) {
      const held = names.get(path);
      this.known.set(path, held && isWhole ? { ...file, names: held } : file);
    }
  }

  lstat(resolved: RootPath): FileInfo | undefined {
    const file = this.at(resolved);
    if (file && !file.info) throw readError(resolved, file.refused ?? 'EIO');
    return file?.info;
  }

  list(resolved: RootPath, { linksMax }: ListOptions): ListedOnDisk {
    const known = this.at(resolved);
    const file = known?.names || known?.refused !== undefined ? known : this.ask(resolved, false);
    if (!file) throw readError(resolved, 'ENOENT');
    if (!file.names) throw readError(resolved, file.refused ?? 'ENOTDIR');
    const files: string[] = [];
    const others = new Map<string, FileKind>();
    for (const [name, kind] of file.names) {
      if (kind === 'file') files.push(name);
      else others.set(name, kind);
    }
    return { names: { files, others }, links: others.size <= linksMax ? this.linksIn(resolved, others) : [] };
  }

  readLink(resolved: RootPath): string {
    const file = this.at(resolved);
    if (file?.link === undefined) throw readError(resolved, file ? 'EINVAL' : 'ENOENT');
    return file.link;
  }

  read(resolved: RootPath, path: RootPath): Buffer {
    const known = this.at(resolved);
    if (known?.info?.size === 0) return Buffer.alloc(0);
    const file = known?.bytes ? known : this.ask(resolved, true);
    if (!file) throw readError(path, 'ENOENT');
    const { info, bytes, refused } = file;
    if (info && info.size > FILE_MAX) throw tooLarge(path, info.size, FILE_MAX);
    if (!bytes) throw readError(path, refused ?? 'EIO');
    return bytes;
  }

  /** The texts of links that are known already. */
  private linksIn(directory: RootPath, others: ReadonlyMap<string, FileKind>): [string, string][] {
    return [...others.keys()].flatMap((name): [string, string][] => {
      const link = this.known.get(inDirectory(directory, name))?.link;
      return link === undefined ? [] : [[name, link]];
    });
  }

  private at(path: RootPath): FarFile | undefined {
    if (this.known.has(path)) return this.known.get(path);
    const beside = path === '/' ? undefined : this.known.get(parentOf(path))?.names;
    return beside && !beside.has(baseName(path)) ? undefined : this.ask(path, false);
  }

  private ask(path: RootPath, withContent: boolean): FarFile | undefined {
    const [file] = this.look([path], withContent);
    this.known.set(path, file);
    return file;
  }
}
