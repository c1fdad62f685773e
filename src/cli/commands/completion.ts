import yargs, { type Argv } from 'yargs';
import { EXIT, type ExitStatus } from '../../errors.js';
import type { Io } from '../io.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return argv
    .example('source <(unit-patch completion)', 'in ~/.bashrc; the same in ~/.zshrc, after compinit')
    .example('unit-patch completion | source', 'in ~/.config/fish/config.fish');
}

/** Prints the script of yargs, which calls this command for every completion. */
export async function run(_given: object, io: Io): Promise<ExitStatus> {
  const parser = yargs().scriptName('unit-patch').completion('completion').exitProcess(false);
  await parser.parseAsync(['completion'], {}, (_error, _parsed, script) => {
    io.out(`${script}\n`);
  });
  return EXIT.done;
}
