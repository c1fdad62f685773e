import type { Argv } from 'yargs';
import type { ExitStatus } from '../../errors.js';
import type { Io } from '../io.js';
import * as patch from './patch.js';

/** A command, as `--help` lists it. */
export interface Command {
  /** its name and its arguments, as yargs writes them */
  readonly usage: string;
  readonly describe: string;
  /** its file, which is loaded only if the command is named, except that of `$0` */
  readonly load: () => Promise<CommandFile>;
}

/** What a file of this folder exports. */
export interface CommandFile {
  /** Tells yargs about the command's options, arguments and examples. */
  readonly options: (argv: Argv) => Argv;
  /** Does the work, with the arguments as yargs delivers them. */
  readonly run: (given: never, io: Io) => ExitStatus | Promise<ExitStatus>;
}

/** The commands, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  {
    usage: '$0 <name>',
    describe: 'patch: make a unit follow another one, with the smallest drop-in that does it',
    // Most runs need it, and the others share nearly all of it.
    load: () => Promise.resolve(patch),
  },
  {
    usage: 'check [names..]',
    describe: 'is anything missing? one line per unit and root',
    load: () => import('./check.js'),
  },
  {
    usage: 'compare [name]',
    describe: 'what each relation covers on this system, and which one it would choose; reads only',
    load: () => import('./compare.js'),
  },
  {
    usage: 'apply <plan>',
    describe: 'apply a plan that was saved with --json --dry-run, unless anything has moved since',
    load: () => import('./apply.js'),
  },
  {
    usage: 'revert [name]',
    describe: 'revert what unit-patch wrote for a unit, and nothing else',
    load: () => import('./revert.js'),
  },
  {
    usage: 'render <name>',
    describe: 'print the whole drop-in for any other tool to install; looks at no system',
    load: () => import('./render.js'),
  },
  {
    usage: 'show <unit>',
    describe: 'print a unit as systemd sees it, every setting with the file and line it comes from',
    load: () => import('./show.js'),
  },
  {
    usage: 'explain [code]',
    describe: 'what a finding means, and the ways out; without a code, all of them',
    load: () => import('./explain.js'),
  },
  {
    usage: 'doctor [name]',
    describe: 'is the outage happening on this machine, and why? reads only',
    load: () => import('./doctor.js'),
  },
  {
    usage: 'prove [name]',
    describe: "restart the firewall for real, and show that docker's rules and containers come back",
    load: () => import('./prove.js'),
  },
  {
    usage: 'completion',
    describe: 'print the completion script for the shell in $SHELL: bash, zsh or fish',
    load: () => import('./completion.js'),
  },
];

/** What names a command on the command line; `$0` is the one that needs no name. */
export function commandName({ usage }: Command): string {
  return usage.split(' ')[0] ?? '';
}

/** The commands that these words may name. As for yargs, the first word that is not an option decides. */
export function mayBeNamed(words: readonly string[]): readonly Command[] {
  const first = COMMANDS.find((one) => commandName(one) === words[0]);
  if (first) return [first];
  return COMMANDS.filter((one) => commandName(one) === '$0' || words.includes(commandName(one)));
}
