import type { FileInfo, Files, Followed, Listing, RootPath } from '../../src/files/files.js';

/** Files that record what is read, and refuse the given paths. */
export class WatchedFiles implements Files {
  /** Every file whose content was asked for, in order. */
  readonly opened: RootPath[] = [];

  /** @param refused files that may not be read and directories that may not be listed */
  constructor(
    private readonly files: Files,
    private readonly refused: readonly string[] = [],
  ) {}

  get root(): string {
    return this.files.root;
  }

  lstat(path: RootPath): FileInfo | undefined {
    return this.files.lstat(path);
  }

  follow(path: RootPath): Followed {
    return this.files.follow(path);
  }

  followParents(path: RootPath): Followed {
    return this.files.followParents(path);
  }

  list(path: RootPath): Listing | undefined {
    this.mayRead(path);
    return this.files.list(path);
  }

  readLink(path: RootPath): string {
    return this.files.readLink(path);
  }

  read(path: RootPath): Buffer {
    this.opened.push(path);
    this.mayRead(path);
    return this.files.read(path);
  }

  private mayRead(path: RootPath): void {
    if (this.refused.includes(path))
      throw Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: 'EACCES' });
  }
}
