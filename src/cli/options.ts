import type { Argv } from 'yargs';
import { HEALS, RELATIONS } from '../firewalls/template.js';
import { useColor, type When } from '../report/color.js';
import { widthOf, wrapLines } from '../report/layout.js';
import type { System } from '../system/system.js';
import type { LoadOptions } from '../units/loader.js';
import { parseUnitName } from '../units/name.js';
import { type HostArguments, hostsOf, isHost } from './hosts.js';
import type { Io } from './io.js';
import { usage } from './usage.js';

/** The output formats that there are. */
export const FORMATS = ['text', 'diff', 'json', 'markdown'] as const;

/** What a command has that writes no patch. */
export const TEXT_OR_JSON = ['text', 'json'] as const;

/** An output format. */
export type Format = (typeof FORMATS)[number];

/** Options that every command has, as yargs delivers them: one given twice is an array. */
export interface CommonArguments extends HostArguments {
  readonly format?: unknown;
  readonly json?: unknown;
  readonly color?: unknown;
  readonly verbose?: unknown;
  readonly quiet?: unknown;
}

/** The meaning of the common options. */
export interface Common {
  /** the roots to work on; undefined stands for the running system */
  readonly roots: readonly (string | undefined)[];
  readonly format: Format;
  readonly colorOut: boolean;
  readonly colorErr: boolean;
  /** how much is printed: `screen` is what fits on a terminal, `all` what pipes get, `results` those and errors */
  readonly detail: 'screen' | 'all' | 'results';
  /** the width to write to, in columns */
  readonly width: number;
}

/**
 * Interprets the common options.
 * @throws UnitPatchError `usage`
 */
export function commonOptions(given: CommonArguments, io: Io): Common {
  const roots = given.root === undefined ? [] : ([] as unknown[]).concat(given.root).map(String);
  if (roots.some((root) => root.trim() === ''))
    throw usage('--root is empty', 'name a directory: --root DIR');
  if (roots.some(isHost)) throw usage('--root is a directory', `name a machine with --host`);
  const hosts = hostsOf(given);
  const format = (given.json === true ? 'json' : (single('format', given.format) ?? 'text')) as Format;
  const when = (single('color', given.color) ?? 'auto') as When;
  if (given.verbose === true && given.quiet === true)
    throw usage('--verbose and --quiet do not go together', 'leave one out');
  return {
    roots: roots.length + hosts.length > 0 ? [...roots, ...hosts] : [undefined],
    format,
    colorOut: useColor(when, io.outIsTerminal, io.env),
    colorErr: useColor(when, io.errIsTerminal, io.env),
    detail: given.quiet === true ? 'results' : given.verbose === true ? 'all' : 'screen',
    width: widthOf(io.size?.columns),
  };
}

/** Whether one screen is shown: to a person at a terminal. What is piped is all of it. */
export function isScreen({ detail, format }: Common, isTerminal: boolean): boolean {
  return detail === 'screen' && format === 'text' && isTerminal;
}

/** A text for standard output: wrapped between words if it is a terminal. */
export function textFor({ outIsTerminal }: Io, text: string, width: number): string {
  return outIsTerminal ? wrapLines(text, width) : text;
}

/** How units are loaded: as the running manager does, or by $SYSTEMD_UNIT_PATH in an image. */
export function loadOptions(system: System, io: Io): LoadOptions {
  const unitPath = io.env.SYSTEMD_UNIT_PATH;
  return system.manager?.about() ?? (unitPath === undefined ? {} : { unitPath });
}

/**
 * The value of an option that may be given once only.
 * @throws UnitPatchError `usage`
 */
export function single(name: string, value: unknown): string | undefined {
  if (Array.isArray(value)) throw usage(`--${name} was given ${value.length} times`, `give --${name} once`);
  return typeof value === 'string' ? value : undefined;
}

/** Marks an argument that begins with a dash and is not an option, while yargs reads; no argument can contain it. */
const SHIELD = '\0';

/** `-.mount` and `-.slice` are units, `-` is standard input; `--` before them is allowed, and needless. */
export function protectDashes(argv: readonly string[]): string[] {
  return argv
    .filter((argument) => argument !== '--')
    .map((argument) => (isNoOption(argument) ? SHIELD + argument : argument));
}

/** The argument, or the list of them, as it was given. */
export function restoreDashes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(restoreDashes);
  return typeof value === 'string' && value.startsWith(SHIELD) ? value.slice(SHIELD.length) : value;
}

/** yargs would make an empty text of a lone dash. */
function isNoOption(argument: string): boolean {
  return argument === '-' || (argument.startsWith('-') && parseUnitName(argument) !== undefined);
}

/** An option that has a value. */
export const VALUE = { type: 'string', requiresArg: true, coerce: restoreDashes } as const;

/** An argument that has to be there. */
export const NEEDED = { type: 'string', demandOption: true, coerce: restoreDashes } as const;

/** The NAME of a command that is about docker if nothing else is said. */
export const NAME = { type: 'string', coerce: restoreDashes } as const;

const FORCE = {
  ...VALUE,
  describe: 'ignore this refusal, e.g. --force two-firewalls (repeatable)',
} as const;

/** The options of every command that works on roots. */
export function rootOptions(argv: Argv, formats: readonly Format[] = FORMATS): Argv {
  return hostOptions(formatOptions(argv, formats)).option('root', {
    ...VALUE,
    describe: 'a root file system or image tree instead of the running system (repeatable)',
  });
}

/** Which machine. */
export function hostOptions(argv: Argv): Argv {
  return argv
    .option('host', {
      ...VALUE,
      alias: 'H',
      describe: 'another machine, by ssh, which needs nothing of ours: root@web1 (repeatable)',
    })
    .option('sudo', {
      type: 'boolean',
      describe: 'with --host: become root there by sudo, without a password',
    });
}

/** The output formats of a command, and how much it prints. */
export function formatOptions(argv: Argv, formats: readonly Format[]): Argv {
  return argv
    .option('format', { choices: formats, requiresArg: true, describe: 'output format (default: text)' })
    .option('json', { type: 'boolean', describe: 'short for --format json' })
    .option('color', {
      choices: ['auto', 'always', 'never'],
      requiresArg: true,
      describe: 'when to use colours (default: auto; NO_COLOR counts)',
    })
    .option('verbose', { alias: 'v', type: 'boolean', describe: 'print everything, as pipes get it' })
    .option('quiet', { alias: 'q', type: 'boolean', describe: 'print results and errors only' });
}

/** What each relation does. */
export const RELATION_WORDS =
  'requires: restarted along with the followed unit, which it starts; part-of: the same without starting it; ' +
  'hook: the followed unit restarts it, after a reload and a stop too (two drop-ins); ' +
  "watch: a service brings Docker's rules back, whatever removes them (docker only); " +
  'wants: started after it, which it starts, and never restarted; order: only started after it';

/** How to follow. */
export const RELATION = {
  choices: RELATIONS,
  requiresArg: true,
  describe: `${RELATION_WORDS}; default: the one that unit-patch has set up, else that of the template, or requires`,
} as const;

/** How often it may be restarted. */
export const NO_START_LIMIT = {
  type: 'boolean',
  describe:
    'lift the start limit of the unit that follows: StartLimitIntervalSec=0; hook does so in any case',
} as const;

/** Whether it starts again. */
export const COME_BACK = {
  type: 'boolean',
  describe:
    'with requires or part-of: a start of the followed unit starts it too, which a stop has stopped (a second drop-in)',
} as const;

/** How a watch heals. */
const HEAL = {
  choices: HEALS,
  requiresArg: true,
  describe:
    'with --relation watch: put-back writes the rules as they were, and restarts docker only if that does not come ' +
    'out right; restart writes no rule, and restarts docker (default: put-back)',
} as const;

/** What to follow, and how. */
export function requestOptions(argv: Argv): Argv {
  return followOption(argv)
    .option('relation', RELATION)
    .option('heal', HEAL)
    .option('no-start-limit', NO_START_LIMIT)
    .option('come-back', COME_BACK)
    .option('force', FORCE);
}

/** What to follow. */
export function followOption(argv: Argv): Argv {
  return argv.option('follow', {
    ...VALUE,
    describe:
      "the unit to follow, or a path whose mount it needs (/srv/data); default: the one of the template's candidates " +
      'that this system uses',
  });
}

/** How to write, or not to. */
export function writingOptions(argv: Argv): Argv {
  return argv
    .option('force', FORCE)
    .option('dry-run', { alias: 'n', type: 'boolean', describe: 'plan and diff, write nothing' })
    .option('exit-code', { type: 'boolean', describe: 'with --dry-run: exit with 1 if something is missing' })
    .option('yes', YES);
}

/** For people who do not want to be asked, and for programs, which nobody can ask. */
export const YES = {
  alias: 'y',
  type: 'boolean',
  describe: 'do not ask; needed without a terminal',
} as const;
