import type { CommandResult } from './system.js';

/** A running machine that is asked, and not changed. */
export interface Machine {
  readonly isRoot: boolean;
  /**
   * Runs a command that only reads; one that hangs is ended.
   * @param timeoutMs after which time at the latest, if that is sooner than usual
   */
  ask(command: readonly string[], timeoutMs?: number): Promise<CommandResult>;
  /** A small file's text; undefined where it cannot be read. */
  read(path: string): string | undefined;
  /** Microseconds since the boot, by the clock of the timestamps that systemd calls monotonic. */
  now(): number;
}

/** Something that answers or does not: a TCP port, or a command of the user's own that ends with 0. */
export type Probe = { readonly address: string; readonly port: number } | { readonly command: string };

/** A running machine on which one unit is restarted, and which is watched meanwhile. */
export interface WatchedMachine extends Machine {
  wait(milliseconds: number): Promise<void>;
  /** Has systemd restart a unit, and waits for that job; one that takes too long goes on by itself. */
  restart(unit: string, timeoutMs: number): Promise<CommandResult>;
  /** Whether a probe answers now, and soon. */
  answers(probe: Probe): Promise<boolean>;
  /** The IPv4 addresses of this machine but those of loopback. */
  addresses(): readonly string[];
}
