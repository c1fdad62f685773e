import type { Setting, Unit } from '../units/unit.js';
import type { Verb } from './job.js';

/** What a command asks of systemd. */
export interface ManagerCall {
  readonly verb: Verb;
  /** as it is named, without a suffix for a service */
  readonly units: readonly string[];
  /** whether the command goes on only when that is done: systemctl(1), `--no-block` */
  readonly waits: boolean;
}

/** What the command lines of units do. The unit files do not say it, so a simulation needs it beside them. */
export interface Behavior {
  /** what a line asks of systemd, in its order */
  readonly calls: (unit: Unit, setting: Setting) => readonly ManagerCall[];
  /** why it is not known what a line asks of systemd; undefined if it is */
  readonly unknown: (unit: Unit, setting: Setting) => string | undefined;
  /** whether a line ends with an error */
  readonly fails: (unit: Unit, setting: Setting) => boolean;
  /** whether a unit that runs no commands cannot be started, such as a mount */
  readonly cannotStart: (unit: Unit) => boolean;
  /** how long the main process of a service runs, in seconds; undefined: until it is stopped */
  readonly runsFor: (unit: Unit, setting: Setting) => number | undefined;
}
