import type { Argv } from 'yargs';
import { EXIT, type ExitStatus } from '../../errors.js';
import { jsonText } from '../../report/json-list.js';
import { printable } from '../../report/printable.js';
import { type ShowReport, showReport, showText } from '../../report/show.js';
import { loadUnit } from '../../units/loader.js';
import { withSuffix } from '../../units/name.js';
import { reaching } from '../hosts.js';
import type { Io } from '../io.js';
import {
  type CommonArguments,
  commonOptions,
  loadOptions,
  NEEDED,
  rootOptions,
  TEXT_OR_JSON,
} from '../options.js';

/** The texts of `--help`. */
export function options(argv: Argv): Argv {
  return rootOptions(argv, TEXT_OR_JSON)
    .positional('unit', { ...NEEDED, describe: 'a unit name, docker.service for example' })
    .example('unit-patch show docker.service', 'docker.service with everything that overrides it');
}

/** Prints the merged unit, each setting with file and line. */
export async function run(
  given: CommonArguments & { readonly unit: string },
  nearby: Io,
): Promise<ExitStatus> {
  const { roots, format, colorOut } = commonOptions(given, nearby);
  const io = await reaching(roots, given, nearby);
  const reports: ShowReport[] = [];
  for (const root of roots) {
    const system = io.openSystem(root);
    const unit = loadUnit(system.files(), withSuffix(given.unit), loadOptions(system, io));
    reports.push(showReport(unit));
    if (format === 'text')
      io.out((roots.length > 1 ? `${printable(root ?? '/')}:\n` : '') + showText(unit, colorOut));
  }
  if (format === 'json') io.out(`${jsonText(roots.length === 1 ? reports[0] : reports)}\n`);
  return EXIT.done;
}
