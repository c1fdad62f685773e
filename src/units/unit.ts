import type { RootPath } from '../files/files.js';

/** The last value of a setting; undefined if nothing sets it. */
export function lastValue({ directives }: Unit, section: string, key: string): string | undefined {
  return directives.findLast((one) => one.section === section && one.key === key)?.value;
}

/**
 * The real name of a unit, aliases resolved.
 * @pattern ^[A-Za-z0-9:_.\\@-]+\.[a-z]+$
 */
export type RealName = string;

/**
 * A line of a file, counted from 1.
 * @minimum 1
 */
export type LineNumber = number;

/** Where something is set: a line of a file, or a link (which has no lines). */
export interface Source {
  /** the file or link, inside the root */
  readonly file: RootPath;
  /** null for a link, which has no lines */
  readonly line: LineNumber | null;
}

/** A setting as it is written in one place. */
export interface Setting extends Source {
  /** without brackets */
  readonly section: string;
  /** the setting's name */
  readonly key: string;
  /** as it is written */
  readonly value: string;
  /** the one that it begins on */
  readonly line: LineNumber;
}

/** A dependency on another unit, and every place that declares it. */
export interface Dependency {
  /** `Requires`, `After` …, in today's spelling */
  readonly type: string;
  /** the real name of the other unit */
  readonly unit: string;
  /** every place that declares it */
  readonly from: readonly Source[];
}

/** Something that systemd does with the unit's files without saying so clearly. */
export interface Problem extends Source {
  /**
   * stable: `bad-header`, `unknown-section` …
   * @pattern ^[a-z0-9-]+$
   */
  readonly code: string;
  /** one sentence */
  readonly text: string;
}

/** systemd's own load states, as `systemctl show -p LoadState` prints them. */
export type LoadState = 'loaded' | 'not-found' | 'masked' | 'bad-setting' | 'error';

/** A file that was read, with its content. */
export interface ReadFile {
  readonly path: RootPath;
  readonly bytes: Buffer;
}

/** A unit as systemd would load it. */
export interface Unit {
  /** the requested name */
  readonly asked: string;
  /** the real name, aliases resolved */
  readonly id: string;
  /** the real name first, then its aliases in the order of their bytes */
  readonly names: readonly string[];
  readonly loadState: LoadState;
  /** the unit's own file; null if there is none */
  readonly fragment: RootPath | null;
  /** in the order in which systemd applies them */
  readonly dropIns: readonly RootPath[];
  readonly dependencies: readonly Dependency[];
  /** settings in force after merging, in the order in which systemd met them */
  readonly directives: readonly Setting[];
  /** what systemd does with these files without saying so clearly */
  readonly problems: readonly Problem[];
  /** every file that was read for it */
  readonly inputs: readonly ReadFile[];
}

/** Whether `systemctl reload` of a unit does anything: service_can_reload(). */
export function hasReload(unit: Unit): boolean {
  const has = (key: string): string | undefined => lastValue(unit, 'Service', key);
  return has('ExecReload') !== undefined || has('Type') === 'notify-reload';
}
