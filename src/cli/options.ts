import { EXIT, UnitPatchError } from '../errors.js';
import { useColor, type When } from '../report/color.js';
import type { System } from '../system/system.js';
import type { LoadOptions } from '../units/loader.js';
import type { Io } from './io.js';

/** The output formats that there are. */
export const FORMATS = ['text', 'diff', 'json', 'markdown'] as const;

/** An output format. */
export type Format = (typeof FORMATS)[number];

/** Options that every command has, as yargs delivers them: one given twice is an array. */
export interface CommonArguments {
  readonly root?: unknown;
  readonly format?: unknown;
  readonly json?: unknown;
  readonly color?: unknown;
}

/** What the common options mean. */
export interface Common {
  /** the roots to work on; undefined stands for the running system */
  readonly roots: readonly (string | undefined)[];
  readonly format: Format;
  readonly colorOut: boolean;
  readonly colorErr: boolean;
}

/**
 * Makes sense of the common options.
 * @throws UnitPatchError `usage`
 */
export function commonOptions(given: CommonArguments, io: Io): Common {
  const roots = given.root === undefined ? [] : ([] as unknown[]).concat(given.root).map(String);
  if (roots.some((root) => root.trim() === ''))
    throw usage('--root is empty', 'name a directory: --root DIR');
  const format = (given.json === true ? 'json' : (single('format', given.format) ?? 'text')) as Format;
  const when = (single('color', given.color) ?? 'auto') as When;
  return {
    roots: roots.length > 0 ? roots : [undefined],
    format,
    colorOut: useColor(when, io.outIsTerminal, io.env),
    colorErr: useColor(when, io.errIsTerminal, io.env),
  };
}

/** How units are loaded: as the running manager does, or by $SYSTEMD_UNIT_PATH in an image. */
export function loadOptions(system: System, io: Io): LoadOptions {
  const unitPath = io.env.SYSTEMD_UNIT_PATH;
  return system.manager?.about() ?? (unitPath === undefined ? {} : { unitPath });
}

/**
 * For commands that write no patch.
 * @throws UnitPatchError `usage`
 */
export function mustBeTextOrJson(format: Format, command: string): void {
  if (format !== 'text' && format !== 'json')
    throw usage(`${command} has no format ${format}`, 'use --format text or --format json');
}

/**
 * The value of an option that may be given once only.
 * @throws UnitPatchError `usage`
 */
export function single(name: string, value: unknown): string | undefined {
  if (Array.isArray(value)) throw usage(`--${name} was given ${value.length} times`, `give --${name} once`);
  return typeof value === 'string' ? value : undefined;
}

/** An error in how the command was called. */
export function usage(message: string, hint: string): UnitPatchError {
  return new UnitPatchError('usage', message, EXIT.usage, hint);
}
