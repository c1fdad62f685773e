import type { Argv } from 'yargs';
import { RELATIONS } from '../../firewalls/template.js';
import { FORMATS } from '../options.js';
import { restoreDashes } from './shield.js';

/** An option that has a value. */
export const VALUE = { type: 'string', requiresArg: true, coerce: restoreDashes } as const;

/** An argument that has to be there. */
export const NEEDED = { type: 'string', demandOption: true, coerce: restoreDashes } as const;

const FORCE = {
  ...VALUE,
  describe: 'go on although a finding of this code refuses it (repeatable)',
} as const;

/** What every command takes that works on roots. */
export function commonOptions(argv: Argv): Argv {
  return formatOptions(argv).option('root', {
    ...VALUE,
    describe: 'a root file system or image tree instead of the running system (repeatable)',
  });
}

/** What stdout gets. */
export function formatOptions(argv: Argv): Argv {
  return argv
    .option('format', { choices: FORMATS, requiresArg: true, describe: 'what stdout gets; default: text' })
    .option('json', { type: 'boolean', describe: 'short for --format json' })
    .option('color', {
      choices: ['auto', 'always', 'never'],
      requiresArg: true,
      describe: 'colours; default: auto, and NO_COLOR counts',
    });
}

/** What each relation does. */
export const RELATION_WORDS =
  'requires: restarted along with the followed unit, which it starts; part-of: the same without starting it; ' +
  'hook: the followed unit has it restarted, after a reload and a stop too (two drop-ins)';

/** How to follow. */
export const RELATION = {
  choices: RELATIONS,
  requiresArg: true,
  describe: `${RELATION_WORDS}; default: the one that unit-patch has set up, else requires`,
} as const;

/** How often it may be restarted. */
export const NO_START_LIMIT = {
  type: 'boolean',
  describe:
    'lift the start limit of the unit that follows: StartLimitIntervalSec=0; hook does so in any case',
} as const;

/** What to follow, and how. */
export function requestOptions(argv: Argv): Argv {
  return followOption(argv)
    .option('relation', RELATION)
    .option('no-start-limit', NO_START_LIMIT)
    .option('force', FORCE);
}

/** What to follow. */
export function followOption(argv: Argv): Argv {
  return argv.option('follow', {
    ...VALUE,
    describe: "the unit to follow; default: the one of the template's candidates that this system uses",
  });
}

/** How to write, or not to. */
export function writingOptions(argv: Argv): Argv {
  return answerOptions(argv.option('force', FORCE));
}

/** Whether to write what was planned. */
export function answerOptions(argv: Argv): Argv {
  return argv
    .option('dry-run', { alias: 'n', type: 'boolean', describe: 'plan and diff, write nothing' })
    .option('exit-code', { type: 'boolean', describe: 'with --dry-run: end with 1 where something is left' })
    .option('yes', YES);
}

/** For people who do not want to be asked, and for programs, which nobody can ask. */
export const YES = {
  alias: 'y',
  type: 'boolean',
  describe: 'do not ask; needed without a terminal',
} as const;
