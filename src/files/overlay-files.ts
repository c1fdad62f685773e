import {
  baseName,
  type FileInfo,
  type Files,
  type Followed,
  type Listing,
  listingOf,
  NOTHING_LISTED,
  parentOf,
  type RootPath,
} from './files.js';

/** A file as a plan leaves it; null if the plan removes it. */
export interface OverlayFile {
  readonly path: RootPath;
  readonly after: string | Buffer | PlannedLink | null;
}

/** A link that will be there, to an absolute path. */
export interface PlannedLink {
  readonly link: RootPath;
}

/**
 * A root as it will be once a plan is applied. Reading it shows what systemd will make of the result, before anything
 * is written.
 */
export class OverlayFiles implements Files {
  private readonly planned: ReadonlyMap<string, Buffer | PlannedLink | null>;
  private readonly toBe: ReadonlySet<RootPath>;

  /** @param changes files by their resolved paths; missing directories are made */
  constructor(
    private readonly before: Files,
    changes: readonly OverlayFile[],
  ) {
    this.planned = new Map(
      changes.map(({ path, after }) => [path, typeof after === 'string' ? Buffer.from(after) : after]),
    );
    this.toBe = pathsToBe(changes);
  }

  get root(): string {
    return this.before.root;
  }

  lstat(path: RootPath): FileInfo | undefined {
    return this.followParents(path).info;
  }

  follow(path: RootPath): Followed {
    const followed = this.laidOver(this.before.follow(path));
    const planned = this.planned.get(followed.path);
    return isLink(planned) ? this.follow(planned.link) : followed;
  }

  followParents(path: RootPath): Followed {
    return this.laidOver(this.before.followParents(path));
  }

  list(path: RootPath): Listing | undefined {
    const { path: directory, info } = this.follow(path);
    if (info?.kind !== 'directory') return undefined;
    const before = this.before.list(path) ?? NOTHING_LISTED;
    const stays = (name: string): boolean => this.planned.get(`${directory}/${name}`) !== null;
    const added = [...this.toBe].filter(
      (one) => parentOf(one) === directory && before.kind(baseName(one)) === undefined,
    );
    return listingOf([
      ...before.files.filter(stays).map((name) => [name, 'file'] as const),
      ...[...before.others].filter(([name]) => stays(name)),
      ...added.map((one) => [baseName(one), this.infoToBe(one)?.kind ?? 'file'] as const),
    ]);
  }

  readLink(path: RootPath): string {
    const planned = this.planned.get(this.followParents(path).path);
    return isLink(planned) ? planned.link : this.before.readLink(path);
  }

  read(path: RootPath): Buffer {
    const planned = this.planned.get(this.before.follow(path).path);
    if (isLink(planned)) return this.read(planned.link);
    return planned ?? this.before.read(path);
  }

  private laidOver(followed: Followed): Followed {
    const info = this.infoToBe(followed.path);
    return info === undefined ? followed : { ...followed, info: info ?? undefined };
  }

  /** The file that the plan puts at a path; null if the plan removes it, undefined if the plan does not touch it. */
  private infoToBe(path: RootPath): FileInfo | null | undefined {
    const bytes = this.planned.get(path);
    if (bytes === null) return null;
    if (isLink(bytes)) return { kind: 'link', size: 0, mode: 0o777 };
    if (bytes) return { kind: 'file', size: bytes.length, mode: 0o644 };
    return this.toBe.has(path) && !this.before.lstat(path)
      ? { kind: 'directory', size: 0, mode: 0o755 }
      : undefined;
  }
}

function isLink(planned: Buffer | PlannedLink | null | undefined): planned is PlannedLink {
  return planned !== undefined && planned !== null && 'link' in planned;
}

/** Every planned file and all the directories above it. */
function pathsToBe(changes: readonly OverlayFile[]): Set<RootPath> {
  const paths = new Set<RootPath>();
  for (const { path, after } of changes) {
    if (after === null) continue;
    for (let at = path; at !== '/'; at = parentOf(at)) paths.add(at);
  }
  return paths;
}
