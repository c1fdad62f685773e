import type { FileInfo, Files, Followed, Listing, RootPath } from './files.js';

/** A view that answers a question once: what was answered is answered so again, what was refused is asked again. */
export class RememberedFiles implements Files {
  private readonly followed = new Map<string, Followed>();
  private readonly parentsFollowed = new Map<string, Followed>();
  private readonly listed = new Map<string, Listing | undefined>();
  private readonly links = new Map<string, string>();
  private readonly contents = new Map<string, Buffer>();

  /** @param files what answers first; for answers that agree a snapshot, see RootFiles */
  constructor(private readonly files: Files) {}

  get root(): string {
    return this.files.root;
  }

  lstat(path: RootPath): FileInfo | undefined {
    return this.followParents(path).info;
  }

  follow(path: RootPath): Followed {
    return once(this.followed, path, () => this.files.follow(path));
  }

  followParents(path: RootPath): Followed {
    return once(this.parentsFollowed, path, () => this.files.followParents(path));
  }

  list(path: RootPath): Listing | undefined {
    return once(this.listed, path, () => this.files.list(path));
  }

  readLink(path: RootPath): string {
    return once(this.links, path, () => this.files.readLink(path));
  }

  read(path: RootPath): Buffer {
    return once(this.contents, path, () => this.files.read(path));
  }
}

function once<Answer>(answers: Map<string, Answer>, path: RootPath, ask: () => Answer): Answer {
  const known = answers.get(path);
  if (known !== undefined || answers.has(path)) return known as Answer;
  const answer = ask();
  answers.set(path, answer);
  return answer;
}
