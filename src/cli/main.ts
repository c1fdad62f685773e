import yargs, { type Argv } from 'yargs';
import { EXIT, UnitPatchError, type ExitStatus } from '../errors.js';
import { RELATIONS } from '../plan/template.js';
import { useColor } from '../report/color.js';
import { errorTalk } from '../report/talk.js';
import { packageVersion } from '../system/package-version.js';
import type { Io } from './io.js';
import { parseUnitName } from '../units/name.js';
import { checkCommand, type CheckArguments } from './check-command.js';
import { doctorCommand, type DoctorArguments } from './doctor-command.js';
import { FORMATS, usage, type CommonArguments } from './options.js';
import { patchCommand, type PatchArguments } from './patch-command.js';
import { revertCommand, type RevertArguments } from './revert-command.js';
import { showCommand } from './show-command.js';
import { templatesCommand } from './templates-command.js';

const EPILOGUE = [
  'Exit status: 0 done, or nothing to do · 1 something is left (check, --dry-run --exit-code, or you said no) · 2 wrong usage, or an environment',
  'that cannot serve · 3 refused, because writing would break the unit · 4 it failed while applying, and',
  'everything was put back.',
].join(' ');

/**
 * The command.
 * @param argv the arguments after the command's own name
 * @param io the world around it
 * @returns the exit status
 */
export async function main(argv: readonly string[], io: Io): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.done;
  const set = async (result: ExitStatus | Promise<ExitStatus>): Promise<void> => {
    status = await result;
  };
  try {
    if (argv.length === 0)
      throw usage('say what is to be patched', 'unit-patch docker, or unit-patch --help');
    await commandLine(io, set).parseAsync(shielded(argv), {}, (error, _parsed, output) => {
      if (error) throw error;
      if (output !== '') io.out(`${output}\n`);
    });
    return status;
  } catch (error) {
    if (!(error instanceof UnitPatchError)) throw error;
    io.err(errorTalk(error, useColor('auto', io.errIsTerminal, io.env)));
    return error.exitStatus;
  }
}

type Set = (result: ExitStatus | Promise<ExitStatus>) => Promise<void>;

function commandLine(io: Io, set: Set): Argv {
  return yargs()
    .scriptName('unit-patch')
    .locale('en')
    .parserConfiguration({
      'duplicate-arguments-array': true,
      'parse-numbers': false,
      'parse-positional-numbers': false,
    })
    .command(
      '$0 <name>',
      'patch: make a unit follow another one, with the smallest drop-in that does it',
      patchOptions,
      (given) => set(patchCommand(given as unknown as PatchArguments, io)),
    )
    .command(
      'check <names..>',
      'is anything left to patch? one line a unit and root',
      (command) =>
        requestOptions(commonOptions(command))
          .positional('names', {
            type: 'string',
            array: true,
            demandOption: true,
            coerce: unshielded,
            describe: 'templates (docker) or units',
          })
          .example('unit-patch check docker --root /srv/a --root /srv/b', 'two images'),
      (given) => set(checkCommand(given as unknown as CheckArguments, io)),
    )
    .command(
      'revert <name>',
      'take back what unit-patch wrote for a unit, and nothing else',
      (command) =>
        writingOptions(commonOptions(command))
          .positional('name', {
            type: 'string',
            demandOption: true,
            coerce: unshielded,
            describe: 'a template (docker), or a unit',
          })
          .example('unit-patch revert docker', 'docker does not follow its firewall any more'),
      (given) => set(revertCommand(given as unknown as RevertArguments, io)),
    )
    .command(
      'show <unit>',
      'print a unit as systemd sees it, every setting with the file and line it comes from',
      (command) =>
        commonOptions(command)
          .positional('unit', {
            type: 'string',
            demandOption: true,
            coerce: unshielded,
            describe: 'a unit name, docker.service for example',
          })
          .example(
            'unit-patch show docker.service',
            'what systemd makes of docker.service and everything laid over it',
          ),
      (given) => set(showCommand(given as CommonArguments & { unit: string }, io)),
    )
    .command(
      'doctor <name>',
      'is the outage happening on this machine, and why? reads only',
      doctorOptions,
      (given) => set(doctorCommand(given as unknown as DoctorArguments, io)),
    )
    .command(
      'templates',
      'list the templates, and what each would follow here',
      (command) =>
        commonOptions(command).example('unit-patch templates --root /srv/image', 'the same for an image'),
      (given) => set(templatesCommand(given as CommonArguments, io)),
    )
    .strict()
    .help()
    .alias('help', 'h')
    .version(packageVersion())
    .wrap(100)
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      // yargs hands on its own complaints now as a message, now as an error.
      if (error && error.name !== 'YError') throw error;
      throw usage(lowerFirst(error?.message ?? message ?? ''), 'unit-patch --help lists what there is');
    });
}

function patchOptions(command: Argv): Argv {
  return writingOptions(requestOptions(commonOptions(command)))
    .positional('name', {
      type: 'string',
      demandOption: true,
      coerce: unshielded,
      describe: 'a template (docker), or a unit (myapp.service, with --follow)',
    })
    .example('unit-patch docker', 'docker restarts along with the firewall of this machine')
    .example(
      'unit-patch docker --root /srv/image -n > docker.patch',
      'the patch for an image, nothing written',
    )
    .example('unit-patch myapp.service --follow postgresql.service', 'any unit after any other')
    .epilogue(EPILOGUE);
}

/** What to follow, and how. */
function requestOptions(command: Argv): Argv {
  return command
    .option('follow', {
      type: 'string',
      requiresArg: true,
      coerce: unshielded,
      describe: "the unit to follow; default: the one of the template's candidates that this system uses",
    })
    .option('relation', {
      choices: RELATIONS,
      requiresArg: true,
      describe:
        'requires (default): restarted along with the followed unit, which it starts; part-of: the same without starting it',
    })
    .option('force', FORCE);
}

/** How to write, or not to. */
function writingOptions(command: Argv): Argv {
  return command
    .option('force', FORCE)
    .option('dry-run', { alias: 'n', type: 'boolean', describe: 'plan and diff, write nothing' })
    .option('exit-code', { type: 'boolean', describe: 'with --dry-run: end with 1 where something is left' })
    .option('yes', { alias: 'y', type: 'boolean', describe: 'do not ask' });
}

const FORCE = {
  type: 'string',
  requiresArg: true,
  describe: 'go on although a finding of this code refuses it (repeatable)',
} as const;

function doctorOptions(command: Argv): Argv {
  const directory = { type: 'string', requiresArg: true } as const;
  return formatOptions(command)
    .positional('name', { type: 'string', demandOption: true, describe: 'docker' })
    .option('follow', {
      type: 'string',
      requiresArg: true,
      coerce: unshielded,
      describe: 'the firewall of this machine, where no template knows it',
    })
    .option('save', { ...directory, describe: 'keep what the machine answered in a new directory' })
    .option('from', { ...directory, describe: 'read what --save has kept, of whatever machine' })
    .example('sudo unit-patch doctor docker', "are docker's rules in force, and why not?")
    .epilogue('Exit status: 0 healthy and protected · 1 something to do · 2 cannot tell.');
}

function commonOptions(command: Argv): Argv {
  return formatOptions(command).option('root', {
    type: 'string',
    requiresArg: true,
    describe: 'a root file system or image tree instead of the running system (repeatable)',
  });
}

function formatOptions(command: Argv): Argv {
  return command
    .option('format', { choices: FORMATS, requiresArg: true, describe: 'what stdout gets; default: text' })
    .option('json', { type: 'boolean', describe: 'short for --format json' })
    .option('color', {
      choices: ['auto', 'always', 'never'],
      requiresArg: true,
      describe: 'colours; default: auto, and NO_COLOR counts',
    });
}

/** Stands before a unit name that begins with a dash while yargs reads the arguments; no argument can hold it. */
const SHIELD = '\0';

/** `-.mount` and `-.slice` are units, and no options; `--` before them is allowed, and needless. */
function shielded(argv: readonly string[]): string[] {
  return argv
    .filter((argument) => argument !== '--')
    .map((argument) => (argument.startsWith('-') && parseUnitName(argument) ? SHIELD + argument : argument));
}

function unshielded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unshielded);
  return typeof value === 'string' && value.startsWith(SHIELD) ? value.slice(SHIELD.length) : value;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
