import {
  baseName,
  kindsByName,
  parentOf,
  type Entry,
  type FileInfo,
  type Files,
  type Followed,
  type RootPath,
} from './files.js';

/**
 * A view that does not contradict itself, whatever happens meanwhile: what was answered once is answered so
 * again, and what a directory did not list is not there.
 */
export class RememberedFiles implements Files {
  private readonly followed = new Map<string, Followed>();
  private readonly parentsFollowed = new Map<string, Followed>();
  private readonly listed = new Map<string, readonly Entry[] | undefined>();
  private readonly links = new Map<string, string>();
  private readonly contents = new Map<string, Buffer>();

  constructor(private readonly files: Files) {}

  get root(): string {
    return this.files.root;
  }

  lstat(path: RootPath): FileInfo | undefined {
    return this.followParents(path).info;
  }

  follow(path: RootPath): Followed {
    return once(this.followed, path, () => {
      const known = this.parentsFollowed.get(path);
      return known && isTheEnd(known) ? known : this.asListed(path, this.files.follow(path));
    });
  }

  followParents(path: RootPath): Followed {
    return once(this.parentsFollowed, path, () => {
      const now = this.asListed(path, this.files.followParents(path));
      const known = this.followed.get(path);
      return known && isTheEnd(now) && known.path === now.path ? known : now;
    });
  }

  list(path: RootPath): readonly Entry[] | undefined {
    return once(this.listed, path, () => {
      const known = this.followed.get(path);
      if (known && known.info === undefined) return undefined;
      return this.files.list(path);
    });
  }

  readLink(path: RootPath): string {
    return once(this.links, path, () => this.files.readLink(path));
  }

  read(path: RootPath): Buffer {
    return once(this.contents, path, () => this.files.read(path));
  }

  private asListed(path: RootPath, followed: Followed): Followed {
    if (!followed.info) return followed;
    const parent = parentOf(path);
    const entries = this.listed.get(parent);
    const isListed = entries ? kindsByName(entries).has(baseName(path)) : !this.listed.has(parent);
    return isListed ? followed : { ...followed, info: undefined };
  }
}

/** Whether there is no further link to follow. */
function isTheEnd({ info, lost }: Followed): boolean {
  return !lost && info?.kind !== 'link';
}

/** What was refused is asked again. */
function once<Answer>(answers: Map<string, Answer>, path: RootPath, ask: () => Answer): Answer {
  const known = answers.get(path);
  if (known !== undefined || answers.has(path)) return known as Answer;
  const answer = ask();
  answers.set(path, answer);
  return answer;
}
