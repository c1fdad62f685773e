import type { Disk, ListedOnDisk, ListOptions } from './disk.js';
import type { FileInfo, RootPath } from './files.js';

/** How many answers are kept. What was read for one took 3 KiB in examples/centos-7, and 76 in a whole Debian. */
const ANSWERS_MAX = 64;
/** The most that one read may give to be remembered, in bytes: no unit file is as large. */
const KEY_MAX = 256 * 1024;

/** What was read next after all reads before it had the same results. */
interface Step<Answer> {
  /** undefined if nothing more was read */
  read?: { readonly name: string; readonly keyIn: (disk: Disk) => string };
  /** what came after it, by its result */
  readonly next: Map<string, Step<Answer>>;
  answer?: { readonly value: Answer };
}

/**
 * Remembers which reads led to an answer. Images that were built alike give the same results to the same reads, and an
 * answer depends on nothing else; so for the second of them it is enough to read again.
 */
export class RememberedReads<Answer> {
  private start: Step<Answer> = { next: new Map() };
  private kept = 0;
  private found = 0;
  private isUseless = false;

  /**
   * @param conclude reads, and makes the answer from what it read and from nothing else
   * @param mayBeKept whether the answer holds for every disk with these results; one that names its root does not
   */
  answer(
    disk: Disk,
    conclude: (disk: Disk) => Answer,
    mayBeKept: (answer: Answer) => boolean = () => true,
  ): Answer {
    const known = this.known(disk);
    if (known) {
      this.found++;
      return known.value;
    }
    if (this.isUseless) return conclude(disk);
    const recorder = new Recorder(disk, this.start);
    const value = conclude(recorder);
    if (mayBeKept(value)) recorder.end(value);
    if (++this.kept === ANSWERS_MAX) this.forget();
    return value;
  }

  private known(disk: Disk): Step<Answer>['answer'] {
    let step: Step<Answer> | undefined = this.start;
    try {
      while (step?.read) step = step.next.get(step.read.keyIn(disk));
    } catch {
      // The same read fails again where its error can be reported.
      return undefined;
    }
    return step?.answer;
  }

  /** If few roots are alike, noting their reads costs more than it saves. */
  private forget(): void {
    this.isUseless = this.found * 2 < this.kept;
    this.start = { next: new Map() };
    this.kept = this.found = 0;
  }
}

/** Passes every read on, and notes its result. */
class Recorder<Answer> implements Disk {
  private isBroken = false;

  constructor(
    private readonly disk: Disk,
    private at: Step<Answer>,
  ) {}

  lstat(path: RootPath): FileInfo | undefined {
    return this.note(`lstat ${path}`, (disk) => disk.lstat(path), infoKey);
  }

  list(path: RootPath, options: ListOptions): ListedOnDisk {
    const { most = '', linksMax } = options;
    return this.note(`list ${most} ${linksMax} ${path}`, (disk) => disk.list(path, options), listKey);
  }

  readLink(path: RootPath): string {
    return this.note(`link ${path}`, (disk) => disk.readLink(path), String);
  }

  read(path: RootPath, name: RootPath): Buffer {
    return this.note(
      `read ${path} ${name}`,
      (disk) => disk.read(path, name),
      (bytes) => bytes.toString('latin1'),
    );
  }

  /** Keeps the answer to which all these reads led. */
  end(value: Answer): void {
    if (!this.isBroken && !this.at.read) this.at.answer = { value };
  }

  private note<Result>(
    name: string,
    read: (disk: Disk) => Result,
    keyOf: (result: Result) => string,
  ): Result {
    // What comes after an error is not remembered.
    const wasBroken = this.isBroken;
    this.isBroken = true;
    const result = read(this.disk);
    if (wasBroken) return result;
    const key = keyOf(result);
    const { at } = this;
    at.read ??= { name, keyIn: (disk) => keyOf(read(disk)) };
    this.isBroken = at.read.name !== name || at.answer !== undefined || key.length > KEY_MAX;
    if (this.isBroken) return result;
    const next = at.next.get(key) ?? { next: new Map() };
    at.next.set(key, next);
    this.at = next;
    return result;
  }
}

/** The size of a directory depends on the file system, and says nothing. */
function infoKey(info: FileInfo | undefined): string {
  if (!info) return '';
  const { kind, size, mode } = info;
  return `${kind} ${mode} ${kind === 'directory' ? '' : size}`;
}

/** A directory is listed in no order. No name holds a slash or a zero byte. */
function listKey({ names: { files, others }, links }: ListedOnDisk): string {
  return [
    ...[...files].sort(),
    '/',
    ...[...others].map(([name, kind]) => `${name}/${kind}`).sort(),
    '/',
    ...links.map(([name, text]) => `${name}/${text}`).sort(),
  ].join('\0');
}
