import type { Files, RootPath } from '../files/files.js';

/** What a command printed, and how it ended. */
export interface CommandResult {
  /** null if it did not end by itself: it could not be started, took too long, or a signal ended it */
  readonly status: number | null;
  readonly stdout: string;
  /** what it printed to stderr, or why it could not run */
  readonly stderr: string;
}

/** The outside world: a root to read and write, and, on a live machine, its manager. */
export interface System {
  /** A fresh view of the root, which sees what was written since the last call, and nothing that comes later. */
  files(): Files;
  /** Why nothing could be written here by this user, in one sentence; undefined if there is no such reason. */
  whyNotWritable(): string | undefined;
  /**
   * Makes a directory of mode 0755, whatever the umask; its parent must exist.
   * @throws a system error, EEXIST included; with `notRolledBack` as writeFile()
   */
  makeDirectory(path: RootPath): void;
  /** Removes an empty directory. */
  removeDirectory(path: RootPath): void;
  /**
   * Leaves a note beside a directory that is about to be made, or to be emptied and removed: if this run is killed,
   * the next one removes the directory if it is empty.
   */
  announce?(path: RootPath): void;
  /** Removes the note; removeDirectory() does so too, and a writeFile() below it. */
  settle?(path: RootPath): void;
  /** Removes all notes, and returns those that could not be removed. */
  settleAll?(): readonly { readonly path: RootPath; readonly error: unknown }[];
  /** Lists the leftovers of killed runs where units are configured; removes nothing. */
  leftovers?(): readonly RootPath[];
  /** Removes what killed runs left where units are configured, and returns its paths. */
  clearLeftovers?(): readonly RootPath[];
  /**
   * Writes a file of mode 0644, or 0755 if it is a program, whatever the umask, so that at any moment either the old or the new one is there. A
   * link, or anything else that is not a regular file, is never written through or replaced.
   * @param before the expected content until then: a text, or null for no file. A file that somebody else makes there
   *   in the last moment is not replaced; a change within the microseconds between the last look and rename(2) is.
   * @throws a system error; if something of ours could not be removed, its path is the error's `notRolledBack`
   */
  writeFile(path: RootPath, content: string, before?: string | null, isExecutable?: boolean): void;
  /** @param before the expected content until then */
  removeFile(path: RootPath, before?: string): void;
  /** Runs something that INT, TERM and HUP must not stop half-way; it ends in the new state or the old one. */
  uninterrupted<Result>(run: () => Result): Result;
  /**
   * Another machine, which is written to by one script; the methods above that write are not for it.
   * @param script prints a line for each step, `ask` before it waits for an answer, and `end` at its end
   * @param decide whether what was done is to stay, once the script asks; it has the lines so far
   */
  converse?(script: string, decide: (lines: readonly string[]) => boolean): Promise<Transcript>;
  /** Reads the files of another machine anew: files() sees nothing that was written since. */
  readAgain?(): Promise<void>;
  /** How another machine is reached; undefined for this one, and for an image. */
  readonly far?: FarSide | undefined;
  /** That machine itself. */
  readonly machine?: WatchedMachine | undefined;
  /** The manager of a live machine; undefined for an image. */
  readonly manager: Manager | undefined;
  /** The container engine of a live machine; undefined for an image. */
  readonly engine?: Engine | undefined;
}

/** How another machine is reached. */
export interface FarSide {
  /** as ssh(1) takes it */
  readonly host: string;
  /** whether everything runs there by `sudo -n` */
  readonly sudo: boolean;
}

/** What a script on another machine has printed. */
export interface Transcript {
  readonly lines: readonly string[];
  /** the answer that it got: undefined if it never asked */
  readonly answer: 'keep' | 'undo' | undefined;
  /** it came to its end, and the connection did not break before */
  readonly isComplete: boolean;
}

/** A running container, as far as a restart of the engine concerns it. */
export interface RunningContainer {
  readonly name: string;
  /** `no`, `always`, `unless-stopped` or `on-failure` */
  readonly restartPolicy: string;
}

/** The container engine, through its own client. */
export interface Engine {
  /** The containers that run now; undefined if the engine does not say. */
  containers(): readonly RunningContainer[] | undefined;
}

/** The running systemd, through its own systemctl. */
export interface Manager {
  /** Its own facts: its load path, with `:` between the entries, and its version, 252 for example. */
  about(): { readonly unitPath?: string; readonly systemd?: number };
  isActive(unit: string): boolean;
  /** The services, sockets, timers, paths and targets that are active now. */
  activeUnits(): readonly string[];
  reload(): CommandResult;
  /** Starts, restarts or stops a unit, and waits until that is done; missing if it only looks. */
  act?(verb: 'start' | 'restart' | 'stop', unit: string): CommandResult;
  /** Waits until no job is queued for a unit; missing if it only looks. */
  settle?(unit: string): void;
  /** Properties of a unit, as `systemctl show` prints them. */
  show(unit: string, properties: readonly string[]): CommandResult;
  /** The output of `systemd-analyze verify` for units, by their files; missing if it is not installed. */
  verify?(units: readonly string[]): CommandResult;
  /** Gives files and directories the SELinux label of their place; missing if the machine has no restorecon. */
  relabel?(paths: readonly string[]): CommandResult;
}

/** A running machine that is only read. */
export interface Machine {
  readonly isRoot: boolean;
  /**
   * Runs a command that only reads; one that hangs is ended.
   * @param timeoutMs after which time at the latest, if that is sooner than usual
   */
  ask(command: readonly string[], timeoutMs?: number): Promise<CommandResult>;
  /** A small file's text; undefined if it cannot be read. */
  read(path: string): string | undefined;
  /** Microseconds since the boot, by the clock of the timestamps that systemd calls monotonic. */
  now(): number;
}

/** Something that answers or does not: a TCP port, or a command of the user's own that ends with 0. */
export type Probe = { readonly address: string; readonly port: number } | { readonly command: string };

/** A running machine on which one unit is restarted while the effect is watched. */
export interface WatchedMachine extends Machine {
  wait(milliseconds: number): Promise<void>;
  /** Has systemd restart a unit, and waits for that job; one that takes too long goes on by itself. */
  restart(unit: string, timeoutMs: number): Promise<CommandResult>;
  /** Whether a probe answers now, and soon. */
  answers(probe: Probe): Promise<boolean>;
  /** The IPv4 addresses of this machine except loopback. */
  addresses(): readonly string[];
}
